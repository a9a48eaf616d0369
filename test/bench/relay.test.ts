import { expect, test } from "vitest";
import { ARRANGEMENTS, makeBacklog } from "../../bench/relay/make-backlog.ts";
import { measureRelay, TROUBLES } from "../../bench/relay/measure-relay.ts";

const MAPPING = { batchSize: 100, parallelism: 4 };
const ORDERS = 300;
const RECORDS = 5 * ORDERS;

test.each(Object.entries(ARRANGEMENTS))(
  "the relay fills its calls when the stream has %s",
  async (_, pace) => {
    const count = await measureRelay(makeBacklog(ORDERS, pace), MAPPING);
    expect(count).toMatchObject({ entries: RECORDS, twice: 0, retries: 0, parked: 0 });
    expect(count.entries / count.calls).toBeGreaterThanOrEqual(9);
  },
);

const [parked, once, often] = TROUBLES;
const backlog = makeBacklog(ORDERS, ARRANGEMENTS["one order after the other"]!);

test("an event that is parked costs the other orders nothing", async () => {
  const count = await measureRelay(backlog, MAPPING, parked);
  // Its followers in the batch are not sent: they wait to be republished.
  expect(count).toMatchObject({ parked: 1, retries: 0, twice: 0, waiting: 0 });
  expect(count.entries).toBe(RECORDS - 3);
});

test("a refusal costs what comes after it in its batch, each time", async () => {
  const first = await measureRelay(backlog, MAPPING, once);
  const fifth = await measureRelay(backlog, MAPPING, often);
  expect(first).toMatchObject({ retries: 1, parked: 0 });
  expect(first.twice).toBeGreaterThan(0);
  expect(fifth).toMatchObject({ retries: 5, twice: 5 * first.twice, waiting: first.waiting });
});

test("batches of one record make calls of one entry", async () => {
  const count = await measureRelay(backlog, { batchSize: 1, parallelism: 1 });
  expect(count).toMatchObject({ entries: RECORDS, calls: RECORDS, batches: RECORDS });
});
