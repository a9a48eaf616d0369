/** What the relay tells of its ports' faults, and that none of them is taken for a success. */
import { expect, test } from "vitest";
import { type RelayPorts, relayBatch } from "../../lambdas/core/relay-batch.ts";
import { written } from "./relay-world.ts";

const ports: RelayPorts = {
  topic: { publish: async (entries) => entries.map(() => ({ kind: "published" })) },
  parking: { park: async () => {} },
  remainingMs: () => 60_000,
};

test("an event of which the topic gives no result counts as failed, and comes again", async () => {
  const topic: RelayPorts["topic"] = { publish: async () => [{ kind: "published" }] };
  const report = await relayBatch({ ...ports, topic }, [written("a", 0, 1), written("b", 0, 2)]);
  const error = { name: "NoResultError", message: "the topic gave no result" };
  expect(report).toMatchObject({
    published: 1,
    untried: 1,
    failed: [{ orderId: "b", sequence: 1, error }],
    batchItemFailures: [{ itemIdentifier: "b:2" }],
  });
});

test.each([
  [new TypeError("it may name a customer"), "TypeError"],
  ["a text", "unknown"],
])("a parking place that throws %s is told of by the error's name alone", async (thrown, name) => {
  const park = async () => {
    throw thrown;
  };
  const bad = { kind: "written", recordId: "r", orderId: "a", newImage: null } as const;
  const { failed } = await relayBatch({ ...ports, parking: { park } }, [bad]);
  const error = { name: "ParkingError", message: `not parked: ${name}` };
  expect(failed).toEqual([{ orderId: "a", sequence: 1, error }]);
});

test.each([
  [6_000, 2],
  [5_999, 1],
])(
  "with %i ms left, %i calls are made: the first always, others with a call's time left",
  async (...given) => {
    const [remainingMs, calls] = given;
    let made = 0;
    const topic: RelayPorts["topic"] = {
      publish: (entries) => {
        made++;
        return ports.topic.publish(entries);
      },
    };
    await relayBatch({ ...ports, topic, remainingMs: () => remainingMs }, [written("a", 0, 2)]);
    expect(made).toBe(calls);
  },
);
