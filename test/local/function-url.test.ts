import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../local/free-port.ts";
import type { FunctionPool } from "../../local/function-pool.ts";
import type { InvocationResult } from "../../local/function-protocol.ts";
import { type FunctionUrl, startFunctionUrl } from "../../local/function-url.ts";

let url: FunctionUrl;
let port = 0;
let answer: InvocationResult;
let seen: unknown;

const returns = (payload: unknown) => {
  answer = { kind: "returned", payload: JSON.stringify(payload) };
};

beforeAll(async () => {
  port = await freePort();
  const pool: FunctionPool = {
    name: "stub",
    concurrency: 1,
    invoke: async (event) => {
      seen = event;
      return answer;
    },
    pids: () => [],
    kill: () => {},
    stop: async () => {},
  };
  url = await startFunctionUrl({ port, pool, onProblem: () => {} });
});
afterAll(() => url.stop());

const call = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);

test("a request becomes an event of payload format 2.0", async () => {
  returns({ statusCode: 204 });
  const body = '{"ö":1}';
  const headers = { "content-type": "application/json", cookie: "a=1; b=2", "X-Own": "yes" };
  const reply = await call("/orders/1?x=1&x=2", { method: "POST", body, headers });
  expect(reply.status).toBe(204);
  expect(seen).toMatchObject({
    version: "2.0",
    rawPath: "/orders/1",
    rawQueryString: "x=1&x=2",
    queryStringParameters: { x: "1,2" },
    cookies: ["a=1", "b=2"],
    headers: { "x-own": "yes" },
    requestContext: { http: { method: "POST", path: "/orders/1" } },
    ...{ body, isBase64Encoded: false },
  });
});

test.each([
  ["another type", "application/octet-stream", [1, 2, 255]],
  ["text that is not valid UTF-8", "application/json", [0x22, 0xff, 0x22]],
])("%s arrives as base64, byte for byte", async (_, type, bytes) => {
  returns({ statusCode: 200 });
  const body = Uint8Array.from(bytes);
  await call("/", { method: "POST", body, headers: { "content-type": type } });
  expect(seen).toMatchObject({ body: Buffer.from(body).toString("base64"), isBase64Encoded: true });
});

test("status, headers, cookies and a binary body come back", async () => {
  const body = Buffer.from([0, 255]).toString("base64");
  const headers = { "Content-Type": "image/png" };
  returns({ statusCode: 418, headers, cookies: ["a=1", "b=2"], body, isBase64Encoded: true });
  const reply = await call("/");
  expect(reply.status).toBe(418);
  expect(reply.headers.get("content-type")).toBe("image/png");
  expect(reply.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect([...new Uint8Array(await reply.arrayBuffer())]).toEqual([0, 255]);
});

test("an answer without a status code is the body of a 200", async () => {
  returns({ hello: 1 });
  const reply = await call("/");
  expect([reply.status, await reply.json()]).toEqual([200, { hello: 1 }]);
});

test("a saturated function is 429, a failed one 502", async () => {
  answer = { kind: "throttled" };
  expect((await call("/")).status).toBe(429);
  answer = { kind: "failed", error: { errorType: "E", errorMessage: "secret" } };
  const reply = await call("/");
  expect(reply.status).toBe(502);
  expect(await reply.text()).not.toContain("secret");
});

test("a body over 6 MB is 413 and never reaches the function", async () => {
  seen = undefined;
  const reply = await call("/", { method: "POST", body: Buffer.alloc(6 * 1024 * 1024 + 1) });
  expect(reply.status).toBe(413);
  expect(seen).toBeUndefined();
});

test.each([
  ["evil.example", 403],
  ["127.0.0.1.evil.example", 403],
  ["localhost:1234", 200],
])("a call to the host %s gets %i", async (host, status) => {
  returns({ statusCode: 200 });
  const call = request({ port, host: "127.0.0.1", headers: { host } }).end();
  const [reply] = await once(call, "response");
  reply.resume();
  expect(reply.statusCode).toBe(status);
});
