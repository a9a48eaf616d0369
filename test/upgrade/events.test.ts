import { describe, expect, it } from "vitest";
import { FIVE, workOf } from "./five-consumers.ts";
import { readEffects, readEvents, versionsOf } from "./fixtures.ts";

describe.each(versionsOf("events"))("events of schema version %s", (version) => {
  const events = readEvents(version);
  const effects = readEffects(version);

  it.each([...FIVE.keys()])("have the effects at %s that they always had", async (name) => {
    const work = workOf(FIVE.get(name)!);
    for (const event of events) await work.apply(event);
    expect(work.effects()).toEqual(effects[name]);
  });

  it.each([...FIVE.keys()])("take effect once at %s, however often they come", async (name) => {
    const work = workOf(FIVE.get(name)!);
    for (const event of events) await work.apply(event);
    for (const event of events) {
      const { results } = await work.deliver(event, { messageId: "again", receiveCount: 3 });
      const { type } = JSON.parse(event.body);
      const kind = FIVE.get(name)?.handles.includes(type) ? "duplicate" : "ignored";
      expect(results[0]?.outcome).toEqual({ kind });
    }
    expect(work.effects()).toEqual(effects[name]);
  });
});
