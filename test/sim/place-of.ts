export type Place = { readonly orderId: string; readonly sequence: number };

/** A place's name in the effects that are counted: it must not hang on the event's id. */
export const placeName = (orderId: string, sequence: number): string => `${orderId}-${sequence}`;

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
