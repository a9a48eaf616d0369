export type Place = { readonly orderId: string; readonly sequence: number };

const known = new Map<string, Place>();

/** The place of a message's body, read once: the models ask for it at every delivery. */
export const placeOf = (body: string): Place => {
  const found = known.get(body);
  if (found !== undefined) return found;
  const { subject, sequence } = JSON.parse(body);
  const place = { orderId: String(subject), sequence: Number(sequence) };
  if (known.size > 10_000) known.clear();
  known.set(body, place);
  return place;
};
