/** What is chosen and sent, on real tables in memory and a queue and topic that write down. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventSpan } from "../../cli/replay/event-span.ts";
import { planReplay, replayOrders } from "../../cli/replay/replay-orders.ts";
import { planRepublish, republishOrders } from "../../cli/replay/republish-orders.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { makeOrder } from "../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, makeStage } from "./make-stage.ts";

type Sent = { readonly group: string; readonly deduplicationId: string; readonly body: string };

/** Takes what is sent to a queue, and to a topic; refuses the bodies that it is told to. */
const startTaker = async () => {
  const sent: Sent[] = [];
  const refused = new Set<string>();
  const take = (entry: Sent): boolean => {
    if (refused.has(entry.body)) return false;
    sent.push(entry);
    return true;
  };
  const takeFromSqs = (body: string) => {
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const entry of JSON.parse(body).Entries) {
      const { Id, MessageGroupId: group, MessageDeduplicationId, MessageBody } = entry;
      const ok = take({ group, deduplicationId: MessageDeduplicationId, body: MessageBody });
      if (ok) Successful.push({ Id, MessageId: "m", MD5OfMessageBody: "" });
      else Failed.push({ Id, Code: "Refused", SenderFault: false });
    }
    return JSON.stringify({ Successful, Failed });
  };
  const takeFromSns = (body: string) => {
    const form = new URLSearchParams(body);
    const of = (index: number, name: string) =>
      form.get(`PublishBatchRequestEntries.member.${index}.${name}`) ?? "";
    let successful = "";
    for (let index = 1; of(index, "Id") !== ""; index++) {
      const group = of(index, "MessageGroupId");
      const deduplicationId = of(index, "MessageDeduplicationId");
      take({ group, deduplicationId, body: of(index, "Message") });
      successful += `<member><Id>${of(index, "Id")}</Id></member>`;
    }
    const result = `<Successful>${successful}</Successful><Failed/>`;
    return `<PublishBatchResponse><PublishBatchResult>${result}</PublishBatchResult></PublishBatchResponse>`;
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const isSqs = request.headers["x-amz-target"] !== undefined;
    response.writeHead(200, {
      "content-type": isSqs ? "application/x-amz-json-1.0" : "text/xml",
    });
    response.end(isSqs ? takeFromSqs(body) : takeFromSns(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { sent, refused, endpoint, stop };
};

describe.skipIf(!hasDynoxide)("sending from the store", () => {
  const [, loyalty] = CONSUMERS;
  if (loyalty === undefined) throw new Error("no consumer");
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let taker: Awaited<ReturnType<typeof startTaker>>;
  let stage: Stage;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
    taker = await startTaker();
    const at = {
      ...{ endpoint: taker.endpoint, region: "eu-west-1", maxAttempts: 1 },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    const sqs = new SQSClient({ ...at, md5: false, useQueueUrlAsEndpoint: false });
    stage = { ...world.stage, sqs, sns: new SNSClient(at) };
    await world.put("orders", makeOrder(["pay", "ship"], "a"));
    await world.put("orders", makeOrder(["cancel"], "b"));
    await world.put("orders", makeOrder([], "c"));
    await world.putRow("loyalty", appliedRow("a", 1));
    await world.putRow("loyalty", appliedRow("b", 2));
  });
  afterEach(async () => {
    stage.sqs.destroy();
    stage.sns.destroy();
    await taker.stop();
    await world.stop();
    await dynoxide.stop();
  });

  const secondOfJanuary = {
    fromMs: Date.parse("2026-01-02T00:00:00Z"),
    toMs: Date.parse("2026-01-03T00:00:00Z"),
  };
  const byOrder = (spans: readonly EventSpan[]) =>
    spans.toSorted((one, other) => one.orderId.localeCompare(other.orderId));
  const told = () =>
    taker.sent.map(({ group, body }) => `${group}/${JSON.parse(body).sequence}`).toSorted();

  it("replays to one consumer what it lacks, and leaves out what it has", async () => {
    const plan = await planReplay(stage, { consumer: loyalty, orderIds: ["a", "b", "c", "x"] });
    expect(plan).toMatchObject({ events: 3, absent: ["x"], upToDate: 1 });
    expect(byOrder(plan.spans)).toEqual([
      { orderId: "a", from: 2, to: 3 },
      { orderId: "c", from: 1, to: 1 },
    ]);
    const report = await replayOrders(stage, { consumer: loyalty, spans: plan.spans });
    expect(report).toEqual({ sent: 3, failed: [], unsent: 0 });
    expect(told()).toEqual(["a/2", "a/3", "c/1"]);
  });

  it("replays no more than what the consumer handles, from its next due event to its last", async () => {
    const paying = { ...loyalty, handles: ["order.paid", "order.cancelled"] };
    await world.putRow("loyalty", appliedRow("b", 0));
    const plan = await planReplay(stage, { consumer: paying, orderIds: ["a", "b", "c"] });
    expect(plan).toMatchObject({ events: 2, upToDate: 1 });
    expect(byOrder(plan.spans)).toEqual([
      { orderId: "a", from: 2, to: 2 },
      { orderId: "b", from: 2, to: 2 },
    ]);
  });

  it("sends the same bytes as the relay, never twice under one deduplication id", async () => {
    const spans = [{ orderId: "a", from: 1, to: 3 }];
    for (let time = 0; time < 2; time++) await replayOrders(stage, { consumer: loyalty, spans });
    const order = makeOrder(["pay", "ship"], "a");
    const bodies = [1, 2, 3].map((sequence) => composePublication(order, sequence).body);
    expect(taker.sent.map(({ body }) => body)).toEqual([...bodies, ...bodies]);
    expect(new Set(taker.sent.map(({ deduplicationId }) => deduplicationId)).size).toBe(6);
  });

  it("stops an order at its first failure, and tells it", async () => {
    taker.refused.add(composePublication(makeOrder(["pay", "ship"], "a"), 2).body);
    const spans = [
      { orderId: "a", from: 1, to: 3 },
      { orderId: "b", from: 1, to: 2 },
    ];
    expect(await replayOrders(stage, { consumer: loyalty, spans })).toEqual({
      sent: 3,
      failed: [{ orderId: "a", sequence: 2, why: "Refused" }],
      unsent: 1,
    });
    expect(told()).toEqual(["a/1", "b/1", "b/2"]);
  });

  it("republishes to the topic under the events' own ids", async () => {
    const plan = await planRepublish(stage, { orderIds: ["a"], fromSequence: 2 });
    expect(plan).toEqual({ spans: [{ orderId: "a", from: 2, to: 3 }], events: 2, absent: [] });
    expect(await republishOrders(stage, plan.spans)).toEqual({ sent: 2, failed: [], unsent: 0 });
    expect(taker.sent.map(({ group, deduplicationId }) => [group, deduplicationId])).toEqual([
      ["a", "a-2"],
      ["a", "a-3"],
    ]);
  });

  it("takes orders of a time range from their first event in it to their end", async () => {
    const { spans } = await planRepublish(stage, { within: secondOfJanuary });
    expect(byOrder(spans)).toEqual([
      { orderId: "a", from: 2, to: 3 },
      { orderId: "b", from: 2, to: 2 },
    ]);
    const lacks = await planReplay(stage, { consumer: loyalty, within: secondOfJanuary });
    expect(lacks).toMatchObject({ spans: [{ orderId: "a", from: 2, to: 3 }], upToDate: 1 });
  });

  it("finds the orders of a table of the user's own, where one may be in two items", async () => {
    const outputs = { ...stage.outputs, OrdersTable: "points", OutboxAttribute: "outbox" };
    const own = { ...stage, outputs };
    await world.put("points", { customerId: "HEAD", outbox: makeOrder(["cancel"], "b") });
    await world.put("points", { customerId: "COPY", outbox: makeOrder(["cancel"], "b") });
    await world.put("points", { customerId: "CARD" });
    const plan = await planRepublish(own, { orderIds: ["b", "a"] });
    expect(plan).toEqual({ spans: [{ orderId: "b", from: 1, to: 2 }], events: 2, absent: ["a"] });
    expect(await republishOrders(own, plan.spans)).toMatchObject({ sent: 2 });
    expect(told()).toEqual(["b/1", "b/2"]);
  });

  it("tells an order that has gone meanwhile, and sends nothing that was not planned", async () => {
    const spans = [
      { orderId: "gone", from: 1, to: 2 },
      { orderId: "a", from: 1, to: 1 },
    ];
    expect(await republishOrders(stage, spans)).toEqual({
      sent: 1,
      failed: [{ orderId: "gone", sequence: 1, why: "NoSuchOrder" }],
      unsent: 1,
    });
  });
});
