/** A function that fails, with a dependency, and with code and a dependency that it loads on demand. */
import * as v from "valibot";

export const handler = async (event: { readonly onDemand?: true }): Promise<void> => {
  if (event.onDemand === true) {
    const { throwLater } = await import("./on-demand.ts");
    throwLater();
  }
  throw new Error(v.parse(v.string(), "at once"));
};
