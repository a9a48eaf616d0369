/** What the person on call types, on the embedded bus, as processes of their own. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { BatchWriteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readTimeline } from "../../cli/order/read-timeline.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { readStatus } from "../../cli/status/read-status.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { makeOrderLines } from "./make-order-lines.ts";
import { readTable } from "./read-rows.ts";
import { drain, quickSettings, startBus, type TestBus } from "./start-bus.ts";

const TIMEOUT_MS = 300_000;
const TRACE = generateTrace(21, 150);
const BROKEN_SKU = "sku-broken";
const PEN = { sku: "pen", quantity: 1, unitPriceCents: 150 };

describe.skipIf(!hasDynoxide)("the person on call", { timeout: TIMEOUT_MS }, () => {
  let world: TestBus;
  let traceFile: string;

  const start = (...words: readonly string[]) => {
    const args = ["cli/bus.ts", ...words, "--local", world.dataDir];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const code = new Promise<number | null>((resolve) => child.once("close", resolve));
    const ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(
      ([status, out, err]) => ({ code: status, out, err }),
    );
    return { child, ended };
  };
  const bus = (...words: readonly string[]) => start(...words).ended;
  const consumerIn = async (name: string) => {
    const { consumers } = await readStatus(world.stage);
    return consumers.find((consumer) => consumer.name === name);
  };
  const place = (orderId: string) => {
    const body = JSON.stringify({ orderId, customerId: "ada", currency: "EUR", lines: [PEN] });
    const headers = { "content-type": "application/json", "idempotency-key": orderId };
    return world.send({ method: "POST", path: "/orders", headers, body });
  };

  beforeAll(async () => {
    world = await startBus(quickSettings);
    traceFile = join(world.dataDir, "trace.ndjson");
    writeFileSync(traceFile, TRACE.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it("plays a trace, is interrupted, and goes on exactly where it was", async () => {
    const journal = join(world.dataDir, "journal");
    const noted = () =>
      existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length : 0;
    const words = ["play", traceFile, "--journal", journal, "--concurrency", "4"];
    const first = start(...words);
    await until("some of it is played", noted, (lines) => lines > 60);
    first.child.kill("SIGINT");
    const { code, err } = await first.ended;
    expect(code).toBe(130);
    expect(err).toMatch(/stopped after \d+ of \d+ steps: interrupted\nPlay the same file again/);
    expect(noted()).toBeLessThan(TRACE.length);

    const second = await bus(...words);
    expect(second).toMatchObject({
      code: 0,
      out: expect.stringMatching(/; \d+ were done before$/m),
    });
    expect(await bus(...words, "--json")).toMatchObject({
      out: expect.stringContaining('{"lines":0,'),
    });
    expect(await drain(world.stage)).toMatchObject({ ok: true });
    const { refused: _, ...figures } = predictFigures(TRACE);
    expect(await readFigures(world.stage)).toMatchObject(figures);
  });

  it("sees a bus that needs nobody", async () => {
    const { code, out } = await bus("status");
    expect(out).toMatch(/nothing needs anybody$/m);
    expect(code).toBe(0);
  });

  it("pauses one consumer, sees its events wait, and lets it go on", async () => {
    expect(await bus("pause", "loyalty")).toMatchObject({
      ...{ code: 4, err: expect.stringContaining("Add --yes to do it.") },
    });
    expect(await consumerIn("loyalty")).toMatchObject({ mapping: "enabled" });
    expect(await bus("pause", "loyalty", "--yes")).toMatchObject({ code: 0 });
    await world.play(makeOrderLines("during-the-pause", [PEN]));
    await until(
      "the events wait",
      () => consumerIn("loyalty"),
      (status) => status?.waiting === 4,
    );
    expect(await consumerIn("loyalty")).toMatchObject({ mapping: "paused", inFlight: 0 });
    const { code, out } = await bus("order", "during-the-pause");
    expect(code).toBe(0);
    // It handles payments, and nothing of what comes before or after them.
    expect(out).toMatch(/^loyalty: event 2 has not come \(it is paused; /m);
    expect((await bus("status")).code).toBe(1);

    expect(await bus("resume", "loyalty")).toMatchObject({ code: 0 });
    expect(await drain(world.stage)).toMatchObject({ ok: true });
    expect((await bus("order", "during-the-pause")).out).toMatch(/^every consumer has all of it$/m);
  });

  it("closes the door to new orders for a while, and gives it back", async () => {
    await place("before");
    const close = ["admission", "close", "--for", "10m", "--why", "the stock is being counted"];
    expect(await bus(...close)).toMatchObject({ code: 4 });
    expect(await bus("admission")).toMatchObject({ code: 0 });
    expect(await bus(...close, "--by", "ada", "--yes")).toMatchObject({ code: 0 });
    // The order API keeps what it knows of the door for some seconds.
    const status = async () => (await place(`order-${Date.now()}`)).status;
    await until("it turns new orders away", status, (answered) => answered === 503);
    expect(await bus("admission")).toMatchObject({
      ...{ code: 1, out: expect.stringContaining("forced by ada until ") },
    });
    const headers = { "idempotency-key": "pay-before" };
    const pay = { method: "POST", path: "/orders/before/pay", headers } as const;
    expect(await world.send(pay)).toMatchObject({ status: 200 });
    expect(await bus("admission", "auto")).toMatchObject({ code: 0 });
    await until("it takes new orders", status, (answered) => answered === 201);
  });

  it("is told to say how long and why, before anything is asked", async () => {
    expect((await bus("admission", "open", "--why", "a sale")).code).toBe(2);
    expect((await bus("admission", "close", "--for", "8d", "--why", "a sale")).code).toBe(2);
    expect((await bus("admission", "shut")).code).toBe(2);
  });

  it("finds out what holds an order back, from its first try on", async () => {
    const { tables, name } = consumerNamed(world.stage.outputs, "inventory");
    const row = { sku: BROKEN_SKU, available: 5, onHand: 5, reserved: "none", shipped: 0 };
    await world.stage.dynamo.send(
      new PutItemCommand({ TableName: tables.stock ?? "", Item: marshall(row) }),
    );
    const [placed, paid] = makeOrderLines("poisoned", [{ ...PEN, sku: BROKEN_SKU }]);
    await world.play([placed, paid]);
    await until(
      "it is decided",
      async () => (await consumerIn(name))?.deadOrders.count,
      (dead) => dead === 1,
    );
    const { code, out } = await bus("order", "poisoned");
    expect(code).toBe(1);
    expect(out).toMatch(
      /^inventory: event 1 is dead since .*: not retryable, after 1 attempt.*Validation/m,
    );
    expect(await bus("status")).toMatchObject({
      ...{ code: 1, out: expect.stringMatching(/needs somebody: inventory has .* dead letter/) },
    });
  });

  it("finds what the relay could not send, and leaves it where it is", async () => {
    expect(await bus("pause", "relay", "--yes")).toMatchObject({ code: 0 });
    await place("unsent");
    const QueueUrl = world.stage.outputs.ParkingQueueUrl ?? "";
    const error = { name: "InvalidParameter", message: "too long" };
    for (const orderId of ["unsent", "another"]) {
      const MessageBody = JSON.stringify({ orderId, sequence: 1, error });
      await world.stage.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
    expect(await readTimeline(world.stage, "unsent")).toMatchObject({
      parked: [{ sequence: 1, error }],
    });
    const { code, out } = await bus("order", "unsent");
    expect(code).toBe(1);
    expect(out).toMatch(/^relay: event 1 cannot be sent, .*: InvalidParameter: too long$/m);
    const { Attributes } = await world.stage.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    expect(Attributes).toMatchObject({
      ...{ ApproximateNumberOfMessages: "2", ApproximateNumberOfMessagesNotVisible: "0" },
    });
    expect(await readStatus(world.stage)).toMatchObject({
      relay: { parked: 2, mapping: "paused" },
    });
    expect(await bus("status")).toMatchObject({ out: expect.stringContaining("relay is paused") });
    expect(await bus("resume", "relay")).toMatchObject({ code: 0 });
  });

  it("gives a consumer that has lost its rows the history again, through its function", async () => {
    const chains = async () => (await readFigures(world.stage)).fraud;
    const before = await chains();
    expect(await bus("backfill", "fraud")).toMatchObject({
      ...{ code: 3, err: expect.stringContaining("is Enabled; allowed: Disabled") },
    });
    await bus("pause", "fraud", "--yes");
    const { DedupTable } = world.stage.outputs;
    const rows = (await readTable(world.stage, DedupTable)).filter(
      ({ consumer }) => consumer === "fraud",
    );
    for (let first = 0; first < rows.length; first += 25) {
      const deletes = rows.slice(first, first + 25).map(({ orderId, consumer }) => ({
        DeleteRequest: { Key: marshall({ orderId, consumer }) },
      }));
      const RequestItems = { [DedupTable]: deletes };
      await world.stage.dynamo.send(new BatchWriteItemCommand({ RequestItems }));
    }
    expect((await chains()).chains).toBe(0);
    const { code, out } = await bus("backfill", "fraud");
    expect(out).toMatch(/^fraud has the history of all \d+ orders .* its mapping is enabled$/m);
    expect(code).toBe(0);
    expect(await chains()).toEqual(before);
    expect(await consumerIn("fraud")).toMatchObject({ mapping: "enabled" });
  });
});
