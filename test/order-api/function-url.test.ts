import { describe, expect, test } from "vitest";
import { toApiRequest, toResult } from "../../lambdas/order-api/function-url.ts";

const event = (more: object) => ({
  rawPath: "/orders",
  headers: { "Content-Type": "application/json" },
  requestContext: { http: { method: "POST" } },
  ...more,
});
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("payload format 2.0", () => {
  test("a body comes as text or as base64, with the same bytes", () => {
    const plain = toApiRequest(event({ body: '{"é":1}', isBase64Encoded: false }));
    const body = Buffer.from('{"é":1}').toString("base64");
    const encoded = toApiRequest(event({ body, isBase64Encoded: true }));
    expect(text(plain.body)).toBe('{"é":1}');
    expect(text(encoded.body)).toBe(text(plain.body));
  });

  test("a request without a body has no bytes, and header names are in lower case", () => {
    expect(toApiRequest(event({}))).toMatchObject({
      method: "POST",
      path: "/orders",
      headers: { "content-type": "application/json" },
      body: { length: 0 },
    });
  });

  test("an answer keeps its status, headers and body", () => {
    const answer = { status: 201, headers: { location: "/orders/o1" }, body: "{}" };
    expect(toResult(answer)).toEqual({
      statusCode: 201,
      headers: { location: "/orders/o1" },
      body: "{}",
      isBase64Encoded: false,
    });
  });
});

test("the handlers can be loaded without any environment", async () => {
  const loaded = await Promise.all([
    import("../../lambdas/order-api/handler.ts"),
    import("../../lambdas/relay/handler.ts"),
    import("../../lambdas/admission/handler.ts"),
  ]);
  for (const { handler } of loaded) expect(handler).toBeTypeOf("function");
});
