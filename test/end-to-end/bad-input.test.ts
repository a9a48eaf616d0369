/** What is wrong is told, at the door and on the queue, and changes nothing. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { makeOrderLines } from "./make-order-lines.ts";
import { listDeadHeads, type Row, readAllTables, readRow } from "./read-rows.ts";
import { makeBody, publisher } from "./send-by-hand.ts";
import { drain, quickRules, quickSettings, startBus, type TestBus } from "./start-bus.ts";

const EXISTING = "existing-order";
const SOUND_LINE = { sku: "sku-1", quantity: 1, unitPriceCents: 500 };
const [placed, paid, shipped] = makeOrderLines(EXISTING, [SOUND_LINE]);
const [first] = makeOrderLines("first-order", [SOUND_LINE]);
const HEALTHY = generateTrace(31, 60);
const CONSUMERS = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];
const KEY = "the-key-of-the-first-order";
const TIMEOUT_MS = 300_000;

const order = (over: object = {}) => ({
  ...{ orderId: "bad-order", customerId: "somebody", currency: "EUR", lines: [SOUND_LINE] },
  ...over,
});

type BadCall = {
  readonly what: string;
  readonly path?: string;
  readonly method?: "GET";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
  /** Every fault's place, in any order. */
  readonly faults?: readonly string[];
  readonly more?: object;
};

const badCalls: readonly BadCall[] = [
  {
    ...{ what: "broken JSON", body: '{"customerId": "somebody", "lines": [' },
    ...{ status: 400, code: "invalid-request", faults: ["#"] },
  },
  {
    what: "a negative quantity",
    body: order({ lines: [{ ...SOUND_LINE, quantity: -1 }] }),
    ...{ status: 400, code: "invalid-request", faults: ["#/lines/0/quantity"] },
  },
  {
    what: "several faults of all kinds",
    body: {
      ...{ orderId: 7, currency: "euro", colour: "red" },
      lines: [SOUND_LINE, { sku: null, quantity: "two", unitPriceCents: 1.5, gift: true }],
    },
    ...{ status: 400, code: "invalid-request" },
    faults: [
      ...["#/orderId", "#/customerId", "#/currency", "#/colour", "#/lines/1/sku"],
      ...["#/lines/1/quantity", "#/lines/1/unitPriceCents", "#/lines/1/gift"],
    ],
  },
  {
    what: "an order over the limit of lines",
    body: order({ lines: Array.from({ length: 100 }, () => SOUND_LINE) }),
    ...{ status: 400, code: "invalid-request", faults: ["#/lines"] },
  },
  {
    what: "an oversized body",
    body: order({ customerId: "x".repeat(200_000) }),
    ...{ status: 413, code: "too-large" },
  },
  {
    ...{ what: "another content type", body: "customerId=somebody" },
    headers: { "content-type": "application/x-www-form-urlencoded" },
    ...{ status: 415, code: "unsupported-media-type" },
  },
  {
    ...{ what: "a step of no order", path: "/orders/no-such-order/pay" },
    ...{ status: 404, code: "not-found", more: { orderId: "no-such-order" } },
  },
  {
    ...{ what: "a look at no order", path: "/orders/no-such-order", method: "GET" },
    ...{ status: 404, code: "not-found" },
  },
  {
    ...{ what: "an order id that can be none", path: "/orders/a%20b/pay" },
    ...{ status: 400, code: "invalid-request", faults: ["orderId"] },
  },
  {
    ...{ what: "a step that the state does not allow", path: `/orders/${EXISTING}/ship` },
    ...{ status: 409, code: "step-not-allowed" },
    more: { orderStatus: "created", allowedSteps: ["pay", "cancel"] },
  },
  {
    ...{ what: "a step with data", path: `/orders/${EXISTING}/pay`, body: { by: "card" } },
    ...{ status: 400, code: "invalid-request", faults: ["#/by"] },
  },
  {
    ...{ what: "a step that is none", path: `/orders/${EXISTING}/return` },
    ...{ status: 404, code: "not-found" },
  },
  {
    ...{ what: "an order id that is taken", body: order({ orderId: EXISTING }) },
    ...{ status: 409, code: "exists-already" },
  },
  {
    what: "an idempotency key of another request",
    body: order({ orderId: "first-order", customerId: "somebody-else" }),
    headers: { "idempotency-key": KEY },
    ...{ status: 422, code: "key-reused" },
  },
  {
    ...{ what: "an idempotency key that can be none", body: order() },
    headers: { "idempotency-key": "k".repeat(256) },
    ...{ status: 400, code: "invalid-request", faults: ["Idempotency-Key"] },
  },
];

const textOf = (body: unknown): string => {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
};

describe.skipIf(!hasDynoxide)("bad input", () => {
  let world: TestBus;
  const call = ({ method, path, body, headers }: Partial<BadCall>) =>
    world.send({
      ...{ method: method ?? "POST", path: path ?? "/orders", body: textOf(body) },
      headers: { "content-type": "application/json", ...headers },
    });

  beforeAll(async () => {
    world = await startBus(quickSettings, {
      functionEnvironment: () => ({ POWERTOOLS_LOG_LEVEL: "DEBUG" }),
    });
    await world.play([placed]);
    const { orderId, customerId, currency, lines } = first;
    const body = { orderId, customerId, currency, lines };
    const answer = await call({ body, headers: { "idempotency-key": KEY } });
    expect(answer.status).toBe(201);
    await drain(world.stage);
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it.each(badCalls)("at the door: $what is answered $status and changes nothing", async (bad) => {
    const before = await readAllTables(world.stage);
    expect(Object.values(before).flat()).not.toEqual([]);
    const { status, headers, body } = await call(bad);
    expect({ status, body }).toMatchObject({ status: bad.status });
    expect(headers["content-type"]).toBe("application/problem+json");
    const problem = JSON.parse(body);
    expect(problem).toMatchObject({
      ...{ type: `urn:order-event-bus:problem:${bad.code}`, status: bad.status },
      ...{ title: expect.stringMatching(/./), detail: expect.stringMatching(/./) },
      ...bad.more,
    });
    const faults: Record<string, string>[] = problem.faults ?? [];
    const places = faults.map(({ pointer, header, parameter }) => pointer ?? header ?? parameter);
    expect(places.toSorted()).toEqual((bad.faults ?? []).toSorted());
    for (const fault of faults) {
      for (const part of ["got", "expected", "fix"]) expect(fault[part]).toMatch(/./);
    }
    await drain(world.stage);
    expect(await readAllTables(world.stage)).toEqual(before);
  });

  const handles = (name: string, type: string): boolean =>
    consumerNamed(world.stage.outputs, name).handles?.includes(type) ?? true;
  /** What is unreadable, what is of no known type, and of the others those that it handles. */
  const lettersAt = (name: string): number =>
    2 + (handles(name, "order.created") ? 2 : 0) + Number(handles(name, "order.cancelled"));

  it(
    "on the topic: it is dead-lettered at each consumer with its reason, and no order suffers",
    async () => {
      const { publish, destroy } = publisher(world.bus);
      const negative = {
        data: {
          ...{ customerId: "by-hand", currency: "EUR", totalCents: -1 },
          lines: [{ ...SOUND_LINE, quantity: -1 }],
        },
      };
      await publish("unknown-type", makeBody("unknown-type", 1, { type: "order.exploded" }));
      // It is sound, but its predecessor is not.
      await publish("unknown-type", makeBody("unknown-type", 2, { type: "order.cancelled" }));
      await publish("new-version", makeBody("new-version", 1, { schemaversion: "9.0" }));
      await publish("unreadable", "<order>no JSON</order>");
      await publish("negative", makeBody("negative", 1, negative));
      destroy();
      await world.play(HEALTHY);
      await drain(world.stage);

      for (const consumer of CONSUMERS) await expectReasons(consumer);
      const { refused: _, ...figures } = predictFigures([placed, first, ...HEALTHY]);
      expect(await readFigures(world.stage)).toEqual({
        ...figures,
        deadLetters: Object.fromEntries(CONSUMERS.map((name) => [name, lettersAt(name)])),
      });
    },
    TIMEOUT_MS,
  );

  const expectReasons = async (consumer: string) => {
    const heads = await listDeadHeads(world.stage, consumer);
    const summary = ({ seq, life }: Row) => ({
      ...{ seq, event: life.seq, cause: life.dead.cause, error: life.error.name },
    });
    const unreadable = heads.filter(({ orderId }) => orderId.startsWith("#message/"));
    expect(unreadable.map(summary)).toEqual([
      { seq: 0, event: 1, cause: "unreadable", error: "UnreadableBody" },
    ]);
    expect(unreadable[0]?.life.error.message).toBe("the body is no JSON");
    const others = heads.filter((head) => !unreadable.includes(head));
    const byOrder = new Map(others.map((head) => [head.orderId, head]));
    // What a consumer does not handle it does not read any further.
    const created = handles(consumer, "order.created") ? ["negative", "new-version"] : [];
    expect([...byOrder.keys()].toSorted()).toEqual([...created, "unknown-type"]);
    const reasonOf = (orderId: string) => {
      const head = byOrder.get(orderId) as Row;
      return { ...summary(head), attempts: head.life.attempts, text: head.life.error.message };
    };
    const invalid = { seq: 0, event: 1, cause: "invalid", error: "InvalidEvent", attempts: 1 };
    expect(reasonOf("unknown-type")).toMatchObject(invalid);
    expect(reasonOf("unknown-type").text).toMatch(/^type: expected one of order\.created/);
    if (created.length === 0) return;
    expect(reasonOf("negative")).toMatchObject(invalid);
    expect(reasonOf("negative").text).toMatch(/data\.totalCents.*data\.lines\.0\.quantity/);
    // A deploy that knows it may be on its way, so this one is tried.
    expect(reasonOf("new-version")).toMatchObject({
      ...{ seq: 0, event: 1, cause: "attempts exhausted", error: "NewerSchemaVersion" },
      attempts: quickRules.attempts,
    });
    expect(reasonOf("new-version").text).toMatch(/version 9\.0.*up to 1\.0; deploy a newer one/);
  };

  it(
    "under an existing order's name: the order goes on when its real event comes",
    async () => {
      const { publish, destroy } = publisher(world.bus);
      await publish(EXISTING, makeBody(EXISTING, 2, { type: "order.exploded" }));
      destroy();
      await world.play([paid, shipped]);
      await drain(world.stage);

      const types = ["order.created", "order.paid", "order.shipped"];
      for (const consumer of CONSUMERS) {
        const { seq, life } = await readRow(world.stage, consumer, EXISTING);
        const due = types.findLastIndex((type) => handles(consumer, type)) + 1;
        expect({ consumer, seq }).toEqual({ consumer, seq: due });
        // Where nothing more is due, the decision stays beside its letter.
        if (due > 1) expect({ consumer, life }).toEqual({ consumer, life: undefined });
      }
      const { refused: _, ...figures } = predictFigures([placed, first, paid, shipped, ...HEALTHY]);
      expect(await readFigures(world.stage)).toEqual({
        ...figures,
        deadLetters: Object.fromEntries(CONSUMERS.map((name) => [name, lettersAt(name) + 1])),
      });
    },
    TIMEOUT_MS,
  );

  it("leaves no word of a payload in any function's log, not even at the level of debugging", () => {
    const folder = join(world.dataDir, "logs");
    const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const all = logs.join("\n");
    // The logs do tell of what happened, by ids and codes.
    for (const told of [EXISTING, "unknown-type", "invalid", "NewerSchemaVersion"]) {
      expect(all).toContain(told);
    }
    const customers = HEALTHY.flatMap((line) => (line.action === "place" ? [line] : []));
    expect(customers.length).toBeGreaterThan(50);
    const secrets = [
      ...["somebody", "by-hand", "<order>", KEY],
      ...customers.flatMap(({ customerId, lines }) => [customerId, ...lines.map((l) => l.sku)]),
    ];
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });
});
