import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { AttributeValue, DynamoDBRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { toRelayRecord } from "../../lambdas/aws/stream-records.ts";
import { decideStep, MAX_ITEM_BYTES } from "../../lambdas/core/decide-step.ts";
import { readOrderItem } from "../../lambdas/core/read-order-item.ts";
import { readEntries } from "../../lambdas/core/relay-entries.ts";
import { stepCommand } from "../core/make-order.ts";
import { readEvents, readOrders, versionsOf } from "./fixtures.ts";

const RULES = { retainDays: 30, maxItemBytes: MAX_ITEM_BYTES };

describe.each(versionsOf("orders"))("orders of format %s", (format) => {
  const orders = readOrders(format);
  const named = new Map(orders);
  const read = (name: string) => {
    const order = readOrderItem(unmarshall(named.get(name)!));
    if (order.kind === "no order") throw new Error(order.reason);
    return order.item;
  };

  it.each(orders)("are published as the bytes that they always were: %s", (name, image) => {
    const record = {
      eventName: "INSERT",
      dynamodb: {
        SequenceNumber: "1",
        Keys: { orderId: image.orderId },
        NewImage: image as Record<string, AttributeValue>,
      },
    } as DynamoDBRecord;
    const bodies = readEntries(toRelayRecord(record), 0).map(({ content }) =>
      content.kind === "event" ? content.publication.body : content.error.message,
    );
    const { orderId, events } = read(name);
    const [schemaVersion = ""] = events.map((event) => event.schemaVersion);
    const frozen = readEvents(schemaVersion).filter((event) => event.orderId === orderId);
    expect(bodies).toEqual(frozen.slice(0, events.length).map(({ body }) => body));
    expect(bodies.length).toBeGreaterThan(0);
  });

  it("take their next step", () => {
    const before = read("delivered-2");
    const decision = decideStep(before, stepCommand("ship", 3, "delivered"), RULES);
    if (decision.kind !== "accepted") throw new Error(decision.kind);
    expect(decision.item).toMatchObject({ version: 3, status: "shipped", lines: before.lines });
    expect(decision.item.events.slice(0, 2)).toEqual(before.events);
    expect(decision.item.events).toHaveLength(3);
  });

  it("know a request that comes again", () => {
    const item = read("delivered-2");
    const [{ requestHash } = { requestHash: undefined }] = item.events;
    const command = { ...stepCommand("pay", 2, "delivered"), eventId: "delivered-event-2" };
    expect(decideStep(item, command, RULES)).toMatchObject({ kind: "repeated", sequence: 2 });
    expect(requestHash).toMatch(/^[0-9a-z]{64}$/);
    const other = { ...command, requestHash: `${requestHash}` };
    expect(decideStep(item, other, RULES)).toEqual({ kind: "key reused" });
  });

  it("are over when they were", () => {
    for (const name of ["delivered-4", "cancelled-3"]) {
      const item = read(name);
      const next = stepCommand("cancel", 9, item.orderId);
      expect(decideStep(item, next, RULES)).toMatchObject({ kind: "conflict", allowed: [] });
      expect(item.expiresAt).toBeGreaterThan(1_700_000_000);
    }
  });
});
