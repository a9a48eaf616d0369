import fc from "fast-check";
import { expect, it } from "vitest";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { toApiRequest } from "../../lambdas/order-api/function-url.ts";
import { apiWorld } from "../order-api/api-world.ts";
import { MARK } from "./odd-json.ts";
import { oddRequest } from "./odd-requests.ts";

const REQUESTS = 10_000;
/** More than any answer needs; a stranger must not make us send pages. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** The store replaces an item with every write, so items that are the same were not written. */
const stored = (items: ReadonlyMap<string, OrderItem>): readonly OrderItem[] => [...items.values()];

it("10,000 odd requests: no 5xx, no effect of a refused one, one event for each step taken", async () => {
  const world = apiWorld();
  const { items } = world.memory;
  const seen = new Map<number, number>();
  let before = stored(items);
  await fc.assert(
    fc.asyncProperty(oddRequest, async (event) => {
      const { method, path, headers, body } = toApiRequest(event);
      const reports = world.reports.length;
      const answer = await world.call(method, path, body, headers);
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.length).toBeLessThan(MAX_ANSWER_BYTES);
      expect(JSON.stringify(world.reports.slice(reports))).not.toContain(MARK);

      const after = stored(items);
      const written = after.filter((item, index) => item !== before[index]);
      if (answer.status >= 400) {
        expect(written).toEqual([]);
        expect(answer.headers["content-type"]).toBe("application/problem+json");
      }
      expect(written.length).toBeLessThanOrEqual(1);
      for (const item of written) {
        const previous = before.find(({ orderId }) => orderId === item.orderId);
        expect(item.version).toBe((previous?.version ?? 0) + 1);
        expect(item.events).toHaveLength(item.version);
      }
      before = after;
    }),
    { numRuns: REQUESTS, seed: 1 },
  );
  // The fuzzer reaches both sides of the door, and every reason to refuse.
  expect([...seen.keys()].toSorted()).toEqual([200, 201, 400, 404, 405, 409, 413, 415, 422]);
});
