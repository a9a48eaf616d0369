/**
 * What was wrong: with the order API deployed first, a relay of the version before would have
 * parked every order with a step that it does not know, and no consumer would have heard of it.
 *
 * Why: the relay judged types and statuses that it only passes on.
 *
 * What fixed it: it reads what it needs; a consumer judges, and retries what is newer than itself.
 */
import { expect, it } from "vitest";
import { readEntries } from "../../lambdas/core/relay-entries.ts";
import { makeOrder } from "../core/make-order.ts";

it("a step of a newer order API is published by an older relay", () => {
  const order = makeOrder(["pay"]);
  const returned = { ...order.events[1]!, id: "o1-3", type: "order.returned" };
  const newImage = {
    ...order,
    version: 3,
    status: "returned",
    events: [...order.events, returned],
  };
  const record = {
    recordId: "1",
    orderId: "o1",
    kind: "written",
    oldImage: order,
    newImage,
  } as const;
  const [entry] = readEntries(record, 0);
  expect(entry).toMatchObject({ sequence: 3, content: { kind: "event" } });
});
