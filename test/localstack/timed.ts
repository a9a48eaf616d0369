export type Part = { readonly name: string; readonly seconds: number; readonly detail: string };

export const timed = async (name: string, run: () => Promise<string>): Promise<Part> => {
  const from = performance.now();
  const detail = await run();
  return { name, detail, seconds: (performance.now() - from) / 1_000 };
};
