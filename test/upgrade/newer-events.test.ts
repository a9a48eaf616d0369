/** Events of versions that this code does not know yet, as they come while a deploy is on its way. */
import { describe, expect, it } from "vitest";
import { type OrderEventType, SCHEMA_VERSION } from "../../lambdas/core/order-event.ts";
import { makeWorld, outcomes } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";
import { FIVE, type Sent, workOf } from "./five-consumers.ts";
import { readEffects, readEvents } from "./fixtures.ts";

const [major = 1, minor = 0] = SCHEMA_VERSION.split(".").map(Number);
const events = readEvents(SCHEMA_VERSION);

/** With a field more wherever an object is, as a newer minor version may have. */
const withMore = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withMore(field)]);
  return { ...Object.fromEntries(fields), giftWrap: { colour: "red" } };
};

const ofVersion = (sent: Sent, schemaversion: string): Sent => {
  const event = withMore(JSON.parse(sent.body)) as object;
  return { ...sent, body: JSON.stringify({ ...event, schemaversion }) };
};

describe.each([...FIVE])("%s", (name, consumer) => {
  it("goes on with a newer minor version, and does what it always did", async () => {
    const work = workOf(consumer);
    for (const event of events) await work.apply(ofVersion(event, `${major}.${minor + 1}`));
    expect(work.effects()).toEqual(readEffects(SCHEMA_VERSION)[name]);
  });

  it("does nothing with a newer major version, and says what is missing", async () => {
    const work = workOf(consumer);
    const typeOf = ({ body }: Sent): OrderEventType => JSON.parse(body).type;
    const first = events.find((event) => consumer.handles.includes(typeOf(event)))!;
    const { results } = await work.deliver(ofVersion(first, `${major + 1}.0`));
    expect(results[0]?.outcome).toMatchObject({ kind: "retried" });
    expect(work.row(first.orderId)).toMatchObject({
      seq: 0,
      life: {
        attempts: 1,
        error: {
          name: "NewerSchemaVersion",
          message: `type ${typeOf(first)} of schema version ${major + 1}.0: this consumer knows versions up to ${SCHEMA_VERSION}; deploy a newer one`,
        },
      },
    });
    expect(work.effects()).toMatchObject({ tables: {}, facts: {} });
  });
});

describe("an event of a newer major version", () => {
  const body = ofVersion(events[0]!, `${major + 1}.0`).body;
  const receive = (world: ReturnType<typeof makeWorld>, receiveCount: number) =>
    world.deliver(makeMessage({ messageId: "m", body, receiveCount }));

  it("is tried for ten minutes and eight times, and then dead with its reason", async () => {
    const world = makeWorld();
    const seen: string[] = [];
    for (let receiveCount = 1; receiveCount <= 9; receiveCount++) {
      const [outcome] = Object.values(outcomes(await receive(world, receiveCount)));
      seen.push(outcome?.kind ?? "none");
      world.clock.nowMs += 90_000;
    }
    // Every try but the last comes back; what is decided then is only told again.
    expect(seen).toEqual([...Array(7).fill("retried"), "dead", "dead"]);
    expect(world.handled).toEqual([]);
    expect(world.row(events[0]!.orderId)?.life).toMatchObject({
      attempts: 8,
      error: { name: "NewerSchemaVersion" },
      dead: { cause: "attempts exhausted" },
    });
  });

  it("is applied once the newer consumer is there, without anybody's help", async () => {
    const world = makeWorld();
    await receive(world, 1);
    const known = events[0]!.body;
    const report = await world.deliver(
      makeMessage({ messageId: "m", body: known, receiveCount: 2 }),
    );
    expect(outcomes(report)).toMatchObject({ m: { kind: "applied" } });
  });
});
