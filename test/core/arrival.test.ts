import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { makeEnvelope, makeMessage, oneLine } from "./make-message.ts";

const read = (body: unknown) =>
  readArrival(makeMessage({ messageId: "m1", body: JSON.stringify(body) }));
const readWith = (fields: Record<string, unknown>) => read({ ...makeEnvelope(), ...fields });
const without = (name: string) => {
  const envelope: Record<string, unknown> = makeEnvelope();
  delete envelope[name];
  return read(envelope);
};
const UNREADABLE = { orderId: "#message/m1", sequence: 1, content: { cause: "unreadable" } };

describe("an event", () => {
  it("is read from the body alone, its sequence as a number", () => {
    const arrival = read(makeEnvelope({ orderId: "o7", sequence: 2 }));
    expect(arrival).toMatchObject({ orderId: "o7", sequence: 2, eventType: "order.paid" });
    expect(arrival.content).toStrictEqual({
      kind: "event",
      event: {
        id: "o7-event-2",
        orderId: "o7",
        sequence: 2,
        type: "order.paid",
        time: "2026-01-01T12:00:00.000Z",
        data: { customerId: "ann", currency: "EUR", totalCents: 350 },
      },
    });
  });

  it("names its predecessors, also where its own type is odd or left out", () => {
    const history = "order.created,order.part_refunded2";
    const odd = { sequence: "2", type: "order.part_refunded2", history };
    expect(readWith(odd)).toMatchObject({ history: history.split(",") });
    expect(readWith({ ...odd, type: 7 })).toMatchObject({ history: history.split(",") });
    expect(readWith({ ...odd, sequence: "3" }).history).toBeUndefined();
    expect(readWith({ ...odd, type: "order.paid" }).history).toBeUndefined();
  });

  it("of every type can be read", () => {
    for (const type of EVENT_TYPES) {
      expect(read(makeEnvelope({ type })).content).toMatchObject({
        kind: "event",
        event: { type },
      });
    }
  });

  it("keeps its trace context", () => {
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    expect(readWith({ traceparent }).content).toMatchObject({ event: { traceparent } });
  });

  it("may carry fields that a newer minor version added, on it and in its data", () => {
    const { data } = makeEnvelope();
    const lines = oneLine.map((line) => ({ ...line, engraved: "for you" }));
    const newer = { schemaversion: "1.9", gift: true, data: { ...data, wrapped: "red", lines } };
    expect(readWith(newer).content.kind).toBe("event");
  });
});

describe("a body without a place in an order", () => {
  it("is unreadable, under its message id", () => {
    for (const body of ["", "no JSON", "null", "[]", "7", "{}", '"text"']) {
      expect(readArrival(makeMessage({ messageId: "m1", body }))).toMatchObject(UNREADABLE);
    }
  });

  it("is one whose order id or sequence cannot be one", () => {
    for (const subject of ["", "a b", "#budget", "x".repeat(65), 7]) {
      expect(readWith({ subject })).toMatchObject(UNREADABLE);
    }
    for (const sequence of ["0", "01", "-1", "1.5", "1e3", "9999999999", "", 1]) {
      expect(readWith({ sequence })).toMatchObject(UNREADABLE);
    }
  });

  it("tells no type of its own, unless that could be one: a sender's other texts go nowhere", () => {
    for (const type of ["Order.paid", "order.paid!", "x order.paid", `o${"x".repeat(64)}`, "", 7]) {
      expect(readWith({ type })).not.toHaveProperty("eventType");
    }
    const longest = `o${".".repeat(63)}`;
    expect(readWith({ type: longest })).toMatchObject({ eventType: longest });
  });

  it("is told whole or field by field, ten faults at most", () => {
    const reasonOf = (body: unknown) => {
      const { content } = read(body);
      return content.kind === "event" ? undefined : content.error.message;
    };
    expect(reasonOf(null)).toBe("body: expected Object");
    expect(reasonOf({ ...makeEnvelope(), sequence: 7, subject: null })).toBe(
      "subject: expected string; sequence: expected string",
    );
    const lines = Array.from({ length: 4 }, () => ({}));
    expect(reasonOf(makeEnvelope({ lines: lines as never }))?.split("; ")).toHaveLength(10);
  });

  it("says which field is at fault and not what is in it", () => {
    const { content } = readWith({ sequence: "secret" });
    expect(content).toMatchObject({ error: { name: "UnreadableBody" } });
    expect(JSON.stringify(content)).toContain("sequence");
    expect(JSON.stringify(content)).not.toContain("secret");
  });
});

describe("a body that is no valid event", () => {
  it("is invalid when a field is missing or wrong", () => {
    for (const name of ["id", "specversion", "time", "data", "history", "sequencetype"]) {
      expect(without(name)).toMatchObject({ orderId: "o1", content: { cause: "invalid" } });
    }
    expect(readWith({ time: "yesterday" })).toMatchObject({ content: { cause: "invalid" } });
    expect(readWith({ time: "2026-01-01T00:00:00+02" })).toMatchObject({
      content: { cause: "invalid" },
    });
    for (const fields of [
      { schemaversion: "one" },
      { schemaversion: 1 },
      { type: "x".repeat(500) },
    ]) {
      expect(readWith(fields)).toMatchObject({ orderId: "o1", content: { cause: "invalid" } });
    }
    expect(without("schemaversion")).toMatchObject({ content: { cause: "invalid" } });
    expect(without("type")).toMatchObject({ content: { cause: "invalid" } });
  });

  it("is invalid with a SKU that no row could hold", () => {
    const lines = [{ sku: "__proto__", quantity: 1, unitPriceCents: 1 }];
    expect(read(makeEnvelope({ lines }))).toMatchObject({ content: { cause: "invalid" } });
  });

  it("is invalid when no consumer can know its type", () => {
    const arrival = readWith({ type: "order.teleported" });
    expect(arrival).toMatchObject({
      orderId: "o1",
      eventType: "order.teleported",
      content: { cause: "invalid", error: { name: "InvalidEvent" } },
    });
  });

  it("says where it is invalid and what was expected, without the value", () => {
    const data = { ...makeEnvelope().data, customerId: "a customer with spaces" };
    const { content } = readWith({ data });
    expect(JSON.stringify(content)).toContain("data.customerId");
    expect(JSON.stringify(content)).not.toContain("with spaces");
  });

  it.each([
    [
      "without a version that could be read",
      [{ schemaversion: "x1.0" }, { schemaversion: "1.0x" }, { schemaversion: "1" }],
      "schemaversion: expected major.minor, such as 1.0",
    ],
    [
      "with a sum that is none",
      [{ data: { ...makeEnvelope().data, totalCents: -1 } }],
      "data.totalCents: expected >=0",
    ],
    [
      "with a time that no clock can read",
      [{ time: "2026-01-01T00:00:00+02" }],
      "time: must be an instant, such as 2026-01-01T00:00:00Z",
    ],
    [
      "of a type of its version's own",
      [{ type: "order.teleported" }],
      "type: expected one of order.created, order.paid, order.shipped, order.delivered, order.cancelled",
    ],
  ])("%s is told what was expected", (_what, bodies, message) => {
    for (const fields of bodies) {
      expect(readWith(fields).content).toMatchObject({ error: { name: "InvalidEvent", message } });
    }
  });

  it("may become readable, and names no cause, when its schema version is newer", () => {
    for (const fields of [
      { schemaversion: "2.0" },
      { schemaversion: "10.0" },
      { schemaversion: "2.0", type: "order.teleported" },
      { schemaversion: "1.1", type: "order.teleported" },
      { schemaversion: "1.12", type: "order.teleported" },
    ]) {
      const { content } = readWith(fields);
      expect(content).toMatchObject({ error: { name: "NewerSchemaVersion" } });
      expect(content).not.toHaveProperty("cause");
    }
  });

  it("of a newer schema version is told which, and the way out", () => {
    const told = (fields: Record<string, unknown>) => {
      const { content } = readWith({ schemaversion: "2.0", ...fields });
      return content.kind === "event" ? undefined : content.error.message;
    };
    const way = "this consumer knows versions up to 1.0; deploy a newer one";
    expect(told({})).toBe(`type order.created of schema version 2.0: ${way}`);
    expect(told({ type: 7 })).toBe(`type (none) of schema version 2.0: ${way}`);
  });
});

it("whatever the body, it is read without a throw and has a place", () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .dictionary(
        fc.constantFrom(...Object.keys(makeEnvelope())),
        fc.oneof(fc.string(), fc.jsonValue()),
      )
      .map((fields) => JSON.stringify({ ...makeEnvelope(), ...fields })),
  );
  fc.assert(
    fc.property(anything, (body) => {
      const arrival = readArrival(makeMessage({ body }));
      expect(arrival.sequence).toBeGreaterThan(0);
      expect(arrival.orderId).not.toBe("");
    }),
  );
});
