/** What every command's exit code tells of a line that names what is not there. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { CONSUMERS, makeStage } from "./make-stage.ts";
import { busOf } from "./run-bus.ts";

describe.skipIf(!hasDynoxide)("a command that is given a consumer's name", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let bus: Awaited<ReturnType<typeof busOf>>;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client, CONSUMERS);
    bus = await busOf(world.stage, dynoxide.endpoint);
  });
  afterEach(async () => {
    bus.remove();
    await world.stop();
    await dynoxide.stop();
  });

  it.each([
    ["pause", "nobody", "--yes"],
    ["dlq", "list", "nobody"],
    ["replay", "--to-consumer", "nobody", "--order", "a"],
    ["backfill", "nobody"],
  ])("ends with 2 and tells the names that there are: %s %s", async (...line) => {
    const { code, err } = await bus.run(...line);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/has no consumer nobody; it has .*fraud/),
    ]);
  });
});
