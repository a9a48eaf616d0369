import type { Reply } from "./under-test.ts";

/** Not all protocols end an error's name on "Exception": the rest of it is what matters. */
export const codeOf = (error: unknown): Reply =>
  error instanceof Error ? error.name.replace(/(?<=.)Exception$/, "") : String(error);

export const replyOf = async (call: Promise<unknown>): Promise<Reply> => {
  try {
    await call;
    return "ok";
  } catch (error) {
    return codeOf(error);
  }
};
