import * as v from "valibot";
import { orderIdSchema } from "../core/order-event.ts";
import { kindOfText } from "./kind-of.ts";
import type { Fault } from "./problem.ts";

const KEY = /^[\x20-\x7e]{1,255}$/;

export const checkIdempotencyKey = (key: string | undefined): readonly Fault[] =>
  key === undefined || KEY.test(key)
    ? []
    : [
        {
          header: "Idempotency-Key",
          got: kindOfText(key, /[^\x20-\x7e]/),
          expected: "must be 1 to 255 printable ASCII characters",
          fix: "Send a UUID, or leave the header out.",
        },
      ];

/** An order id in the path. */
export const checkOrderId = (orderId: string): readonly Fault[] => {
  const expected = v.safeParse(orderIdSchema, orderId).issues?.[0].message;
  if (expected === undefined) return [];
  const got = kindOfText(orderId);
  return [{ parameter: "orderId", got, expected, fix: "Send the id as POST /orders gave it." }];
};
