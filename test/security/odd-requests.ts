/** Requests to the order API: valid ones, bent ones, and plain noise, as a function URL has them. */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { FunctionUrlEvent } from "../../lambdas/order-api/function-url.ts";
import { bent, damaged, MARK, oddText } from "./odd-json.ts";

const orderId = fc.constantFrom(...Array.from({ length: 30 }, (_, index) => `order-${index}`));
const line = fc.record({
  sku: fc.constantFrom(`${MARK}-pen`, `${MARK}-ink`),
  quantity: fc.integer({ min: 1, max: 10_000 }),
  unitPriceCents: fc.integer({ min: 0, max: 100_000_000 }),
});
const order = fc.record(
  {
    orderId,
    customerId: fc.constantFrom(`${MARK}-ann`, `${MARK}-bob`),
    currency: fc.constantFrom("EUR", "USD"),
    lines: fc.array(line, { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: ["customerId", "currency", "lines"] },
);
const bentLines = fc
  .tuple(order, fc.array(bent(line), { maxLength: 120 }))
  .map(([whole, lines]) => ({ ...whole, lines }));

const createBody = fc.oneof(
  { weight: 3, arbitrary: order.map((body) => JSON.stringify(body)) },
  { weight: 2, arbitrary: bent(order).map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: bentLines.map((body) => JSON.stringify(body)) },
  { weight: 2, arbitrary: oddText },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 200_000 }).map((size) => " ".repeat(size)) },
);
const stepBody = fc.oneof(fc.constantFrom("", "{}", "", "{}"), oddText);

const segment = fc.oneof(
  orderId,
  fc.constantFrom("..", "%2e%2e", "", "#budget", "#message/1", "__proto__", "x".repeat(65), "é"),
  fc.string({ maxLength: 70 }),
);
const step = fc.constantFrom("pay", "ship", "deliver", "cancel", "refund", "PAY", "constructor");
const path = fc.oneof(
  segment.map((id) => `/orders/${id}`),
  fc.tuple(segment, step).map(([id, name]) => `/orders/${id}/${name}`),
  fc.constantFrom("/", "/orders/", "/orders/a/b/c", "//orders", "/order"),
);
const method = fc.constantFrom("POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "post", "");

const key = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map((number) => `key-${number}`),
  fc.constantFrom("", "x".repeat(256), "é", "\u0000"),
);
const headers = fc.record(
  {
    "content-type": fc.constantFrom("application/json", "Application/JSON; charset=x", "text/xml"),
    "Idempotency-Key": key,
    traceparent: fc.oneof(
      fc.constant("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
      fc.string({ maxLength: 80 }),
    ),
  },
  { requiredKeys: [] },
);

type Shape = { readonly method: string; readonly path: string; readonly bytes: Uint8Array };
const shape: fc.Arbitrary<Shape> = fc.oneof(
  {
    weight: 4,
    arbitrary: damaged(createBody).map((bytes) => ({ method: "POST", path: "/orders", bytes })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(orderId, step, damaged(stepBody))
      .map(([id, name, bytes]) => ({ method: "POST", path: `/orders/${id}/${name}`, bytes })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ method, path, bytes: damaged(fc.oneof(createBody, stepBody)) }),
  },
);

export const oddRequest: fc.Arbitrary<FunctionUrlEvent> = fc
  .tuple(shape, headers)
  .map(([asked, head]) => ({
    rawPath: asked.path,
    headers: head,
    body: Buffer.from(asked.bytes).toString("base64"),
    isBase64Encoded: true,
    requestContext: { http: { method: asked.method } },
  }));
