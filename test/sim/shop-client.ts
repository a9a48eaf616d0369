/**
 * A client of the order API: it sends a step until it hears an answer, always with the same key.
 *
 * Answers get lost, functions die between two calls, a request is sent twice at once, or a copy of
 * it arrives long after its answer. Now and then a client is wrong, and must be refused.
 */
import type { OrderEventType } from "../../lambdas/core/order-event.ts";
import type { Step } from "../../lambdas/core/order-steps.ts";
import type { Admission } from "../../lambdas/core/ports.ts";
import type { ApiRequest, ApiResponse } from "../../lambdas/order-api/api-message.ts";
import type { OrderApi, OrderApiPorts } from "../../lambdas/order-api/order-api.ts";
import { type Asked, isTurnedAway, noteAnswer } from "./asked.ts";
import type { Bus } from "./bus.ts";
import type { Goods } from "./goods.ts";
import { type ApiCall, simOrderStore } from "./order-table.ts";

export type CreateApi = (ports: OrderApiPorts) => OrderApi;

export type Shop = {
  readonly bus: Bus;
  readonly createApi: CreateApi;
  readonly admission: Admission;
};

/** A step of an order, with the key that each request for it carries. */
export type StepOfOrder = {
  readonly orderId: string;
  readonly type: OrderEventType;
  readonly goods: Goods;
  readonly key: string;
};

/** A step as the requests for it, and what the client was told of it. */
type Wanted = {
  readonly asked: Asked;
  readonly request: ApiRequest;
};

const STEP_OF: Readonly<Record<OrderEventType, Step>> = {
  "order.created": "create",
  "order.paid": "pay",
  "order.shipped": "ship",
  "order.delivered": "deliver",
  "order.cancelled": "cancel",
};
const RULES = { retainDays: 0, maxItemBytes: 300_000 };
const CLIENT_TIMEOUT_MS = 10_000;
const TRIES = 20;
const LATE_MS = 60_000;
const CALM_LOOK_MS = 5_000;
/** Whoever was turned away comes again after the time that the answer says, or much later. */
const AT_LEISURE_MS = 600_000;
export const LONGEST_WAIT_MS = AT_LEISURE_MS + 100_000;

const randomHex = (bus: Bus, bytes: number): string => {
  let hex = "";
  while (hex.length < bytes * 2) hex += bus.random.below(0x1_0000).toString(16).padStart(4, "0");
  return hex;
};

const encoder = new TextEncoder();
const NO_BODY = new Uint8Array();

const wantedOf = (bus: Bus, { orderId, type, goods, key }: StepOfOrder): Wanted => {
  const step = STEP_OF[type];
  const traceId = String(bus.asked.size + 1).padStart(32, "0");
  const asked: Asked = { orderId, traceId, refused: false };
  bus.asked.set(traceId, asked);
  const isNew = step === "create";
  const headers = {
    "idempotency-key": key,
    traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    ...(isNew ? { "content-type": "application/json" } : {}),
  };
  const path = isNew ? "/orders" : `/orders/${orderId}/${step}`;
  const body = isNew ? encoder.encode(JSON.stringify({ orderId, ...goods })) : NO_BODY;
  return { asked, request: { method: "POST", path, headers, body } };
};

/** Runs the function once; a call that dies never answers. */
const invoke = async (
  { bus, createApi, admission }: Shop,
  { asked, request }: Wanted,
  callsLeft?: number,
): Promise<ApiResponse> => {
  const isTaken = bus.orders.has(asked.orderId);
  const call: ApiCall = { isTaken, writes: 0, ...(callsLeft === undefined ? {} : { callsLeft }) };
  const answer = await createApi({
    store: simOrderStore(bus, call),
    clock: bus.clock,
    random: bus.random.next,
    randomHex: (bytes) => randomHex(bus, bytes),
    admission,
    rules: RULES,
    report: () => {},
  })(request);
  noteAnswer(bus, asked, call, answer);
  return answer;
};

const arriveLate = async (shop: Shop, wanted: Wanted): Promise<void> => {
  const { bus } = shop;
  bus.shopping++;
  await bus.clock.sleep(bus.random.below(LATE_MS));
  await invoke(shop, wanted);
  bus.shopping--;
};

/** What the client hears of one request: nothing, or an answer. */
const send = async (shop: Shop, wanted: Wanted): Promise<ApiResponse | undefined> => {
  const { bus } = shop;
  const fault = bus.faults.deal("client");
  switch (fault) {
    case "crash":
      void invoke(shop, wanted, bus.random.below(3));
      await bus.clock.sleep(CLIENT_TIMEOUT_MS);
      return undefined;
    case "lostAnswer":
      await invoke(shop, wanted);
      return undefined;
    case "twice": {
      const [answer] = await Promise.all([invoke(shop, wanted), invoke(shop, wanted)]);
      return answer;
    }
    case "late":
      void arriveLate(shop, wanted);
      return undefined;
    default:
      return invoke(shop, wanted);
  }
};

/** A used key for another request, a step that the order's state refuses, or what is no request. */
const askWrongly = async (shop: Shop, { orderId, goods, key }: StepOfOrder): Promise<void> => {
  const { bus } = shop;
  const wrong = bus.random.pick(["used key", "not allowed", "no body"] as const);
  const { asked, request } = wantedOf(bus, {
    orderId,
    type: "order.created",
    goods: { ...goods, customerId: `${goods.customerId}-other` },
    key: wrong === "used key" ? key : `${key}-wrong`,
  });
  const body = wrong === "no body" ? NO_BODY : request.body;
  const { status } = await invoke(shop, { asked, request: { ...request, body } });
  if (status >= 500 || asked.refused) return;
  bus.history.violate("6 unknown is honest", `${orderId}: ${wrong} was answered ${status}`);
};

/** Waits before the door, and for the end of a calm in which the queues are watched. */
const waitAtDoor = async (bus: Bus, seconds: number): Promise<void> => {
  bus.waiting++;
  bus.shopping--;
  await bus.clock.sleep(seconds * 1_000 + bus.random.below(AT_LEISURE_MS));
  while (bus.faults.calm) await bus.clock.sleep(CALM_LOOK_MS);
  bus.shopping++;
  bus.waiting--;
};

/**
 * Asks for a step until it is known to be taken or refused; `busy` after twenty tries. Whoever is
 * turned away at the door comes again, however often.
 */
export const askStep = async (
  shop: Shop,
  step: StepOfOrder,
): Promise<"taken" | "refused" | "busy"> => {
  const { bus } = shop;
  const wanted = wantedOf(bus, step);
  for (let tried = 0; tried < TRIES; ) {
    const answer = await send(shop, wanted);
    if (answer !== undefined && answer.status < 500) {
      if (bus.faults.deal("wrong") === "asks") await askWrongly(shop, step);
      return answer.status < 300 ? "taken" : "refused";
    }
    const seconds = Number(answer?.headers["retry-after"] ?? 0.5);
    if (answer !== undefined && isTurnedAway(answer)) await waitAtDoor(bus, seconds);
    else {
      tried++;
      await bus.clock.sleep(seconds * 1_000);
    }
  }
  return "busy";
};
