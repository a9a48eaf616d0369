import { describe, expect, test } from "vitest";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { readEntries } from "../../lambdas/core/relay-entries.ts";
import { orderAt } from "./relay-world.ts";

const read = (oldImage: unknown, newImage: unknown, orderId = "a") =>
  readEntries({ kind: "written", recordId: "r", orderId, oldImage, newImage }, 7);
const unreadable = (sequence: number, message: string) => [
  {
    position: 7,
    orderId: "a",
    sequence,
    content: { kind: "unreadable", error: { name: "UnreadableRecordError", message } },
  },
];

describe("a record of the stream", () => {
  test("yields the events after its old version, each with the bytes to publish", () => {
    expect(read(orderAt("a", 1), orderAt("a", 3))).toEqual(
      [2, 3].map((sequence) => ({
        position: 7,
        orderId: "a",
        sequence,
        content: { kind: "event", publication: composePublication(orderAt("a", 3), sequence) },
      })),
    );
  });

  test("whose old item had no event yet yields all of them", () => {
    expect(read({ version: 0 }, orderAt("a", 2)).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test("that is no newer than its old version yields none", () => {
    expect(read({ version: 3 }, { version: 3 })).toEqual([]);
    expect(read({ version: 3 }, { version: 2 })).toEqual([]);
  });

  test.each([
    [null],
    ["text"],
    [7],
    [{}],
    [{ version: "1" }],
    [{ version: -1 }],
    [{ version: 1.5 }],
  ])(
    "whose old image is %j says nothing of what was sent: it is not taken for a new order",
    (oldImage) => {
      const message = "the old image has no version";
      expect(read(oldImage, orderAt("a", 2))).toEqual(unreadable(1, message));
    },
  );

  test.each([
    [null, "item (loose_object)"],
    ["text", "item (loose_object)"],
    [{ ...orderAt("a", 3), version: "3" }, "version (number)"],
    [{ ...orderAt("a", 3), version: -1 }, "version (min_value)"],
  ])(
    "whose new image is no order is told of by its first unsent sequence (%#)",
    (image, reason) => {
      const message = `not as an order's: ${reason}`;
      expect(read(orderAt("a", 2), image)).toMatchObject([
        { sequence: 3, content: { error: { message: expect.stringContaining(message) } } },
      ]);
    },
  );

  test("whose image is of another order is told of, and not published under either", () => {
    const message = "the image's order id is not the record's key";
    expect(read(undefined, orderAt("b", 2))).toEqual(unreadable(1, message));
  });
});
