import { expect, it } from "vitest";
import { hasDynoxide, startDynoxide } from "./start-dynoxide.ts";

it.skipIf(!hasDynoxide)(
  "a dynoxide whose port another one has taken gets a port of its own",
  async () => {
    const first = await startDynoxide();
    const second = await startDynoxide(Number(new URL(first.endpoint).port));
    try {
      expect(second.endpoint).not.toBe(first.endpoint);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  },
);
