/** What a shop asks of the order API. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiAnswer, Send } from "../../cli/api-call.ts";
import { defaultPatience, sendPatiently } from "../../cli/send-patiently.ts";
import type { World } from "./world.ts";

export type Request = {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const toCall = ({ method = "POST", path, body, headers = {} }: Request) => ({
  ...{ method, path },
  headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
  ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
});

export const ask = (send: Send, request: Request): Promise<ApiAnswer> => send(toCall(request));

/** Asked again while the shop is busy or an answer is lost; the key keeps it one request. */
export const askPatiently = async (world: World, request: Request): Promise<ApiAnswer> => {
  const headers = { "idempotency-key": randomUUID(), ...request.headers };
  const patience = { ...defaultPatience, patienceMs: world.patienceMs };
  return (await sendPatiently(world.send, toCall({ ...request, headers }), patience)).answer;
};

export const expectStatus = (answer: ApiAnswer, status: number, what: string): ApiAnswer => {
  const got = `${answer.status} ${answer.body.slice(0, 300)}`;
  assert.equal(answer.status, status, `${what} is answered ${got}; expected ${status}`);
  return answer;
};

export type ShownOrder = {
  readonly version: number;
  readonly status: string;
  readonly history: readonly { readonly eventId: string; readonly time: string }[];
};

export const showOrder = async (world: World, orderId: string): Promise<ShownOrder> => {
  const answer = await askPatiently(world, { method: "GET", path: `/orders/${orderId}` });
  return JSON.parse(expectStatus(answer, 200, `GET /orders/${orderId}`).body);
};
