/** What a discard refuses: an event that is not dead any more, though its row still says so. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stageDeadLetters } from "../../../cli/console/stage-dead-letters.ts";
import {
  type DiscardPlan,
  discardDeadEvent,
  planDiscard,
} from "../../../cli/dead-letters/discard-dead-event.ts";
import { listDeadLetters } from "../../../cli/dead-letters/list-dead-letters.ts";
import { planOf } from "../../../cli/dead-letters/plan.ts";
import { receiveLetters } from "../../../cli/dead-letters/receive-letters.ts";
import { removeMessages } from "../../../cli/dead-letters/send-letters.ts";
import { readRow } from "../../../cli/dead-letters/show-dead-order.ts";
import type { Stage } from "../../../cli/stage-clients.ts";
import { consumerNamed } from "../../../cli/stage-outputs.ts";
import { makeOrder } from "../../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../../emulators/start-dynoxide.ts";
import { deadRow, makeStage } from "../make-stage.ts";
import { modelSqs } from "./model-sqs.ts";

const DEAD = { ...deadRow("a", 0), rev: 1 };
const place = { consumer: "fraud", orderId: "a" };
const who = { who: "ada", why: "a test", settleSeconds: 0 };

describe.skipIf(!hasDynoxide)("a discard", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let queues: ReturnType<typeof modelSqs>;
  let stage: Stage;
  const fraud = () => consumerNamed(stage.outputs, "fraud");
  const appliedTo = async () => (await readRow(stage, fraud(), "a")).seq;
  const plan = async (): Promise<DiscardPlan> => {
    const planned = await planDiscard(stage, place);
    if (planned === undefined) throw new Error("nothing is dead");
    return planned;
  };
  /** As a redrive does it: the row stays as it is until the message's first attempt. */
  const redrive = async () => {
    const { deadLetterQueueUrl, queueUrl } = fraud();
    const letters = await receiveLetters(queues.sqs, deadLetterQueueUrl, { hideSeconds: 60 });
    for (const { orderId, sequence } of letters) queues.put(queueUrl, { orderId, sequence });
    await removeMessages(queues.sqs, deadLetterQueueUrl, letters);
  };
  const discardInConsole = (shown: Awaited<ReturnType<typeof listDeadLetters>>) =>
    stageDeadLetters(stage, "ada").discard(planOf(shown), {
      ...{ why: "a test", onProgress: () => {}, signal: new AbortController().signal },
    });

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
    queues = modelSqs();
    stage = { ...world.stage, sqs: queues.sqs };
    await world.put("orders", makeOrder([], "a"));
    await world.putRow("fraud", DEAD);
  });
  afterEach(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  it("gives up an event whose letter is in the dead-letter queue", async () => {
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 1 });
    const planned = await plan();
    expect(planned.letter).toBe("there");
    expect(await discardDeadEvent(stage, planned, who)).toMatchObject({ kind: "discarded" });
    expect(await appliedTo()).toBe(1);
    expect(queues.placesIn(fraud().deadLetterQueueUrl)).toEqual([]);
  });

  it("passes over what the consumer does not handle, before and behind it", async () => {
    const handles = ["order.created", "order.shipped"];
    stage = { ...stage, outputs: { ...stage.outputs, Consumers: [{ ...fraud(), handles }] } };
    await world.put("orders", makeOrder(["pay", "ship", "deliver"], "a"));
    const dead = deadRow("a", 2);
    await world.putRow("fraud", { ...dead, seq: 1, rev: 1 });
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 3 });
    const planned = await plan();
    expect(planned).toMatchObject({ followers: 0, seen: { seq: 3, afterSeq: 1 }, letter: "there" });
    expect(await discardDeadEvent(stage, planned, who)).toMatchObject({
      ...{ kind: "discarded", letterRemoved: true, sequence: 4, toSequence: 4 },
    });
    expect(await appliedTo()).toBe(3);
  });

  it("leaves an event that was redriven and has not been tried yet", async () => {
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 1 });
    await redrive();
    const planned = await plan();
    expect(planned.letter).toBe("not seen");
    expect(await discardDeadEvent(stage, planned, who)).toEqual({ kind: "no letter" });
    expect(await appliedTo()).toBe(0);
  });

  it("leaves an event that is redriven before it is confirmed", async () => {
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 1 });
    const planned = await plan();
    await redrive();
    expect(await discardDeadEvent(stage, planned, who)).toEqual({ kind: "no letter" });
    expect(await appliedTo()).toBe(0);
  });

  it("is not fooled by a follower's letter", async () => {
    await world.put("orders", makeOrder(["pay"], "a"));
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 2 });
    expect(await discardDeadEvent(stage, await plan(), who)).toEqual({ kind: "no letter" });
    expect(await appliedTo()).toBe(0);
  });

  it("gives up an event without its letter where that is asked for", async () => {
    const gone = { ...who, letter: "may be gone" } as const;
    expect(await discardDeadEvent(stage, await plan(), gone)).toMatchObject({
      ...{ kind: "discarded", letterRemoved: false },
    });
    expect(await appliedTo()).toBe(1);
  });

  it("from the console gives up what was shown", async () => {
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 1 });
    const shown = await listDeadLetters(stage, "fraud");
    expect(await discardInConsole(shown)).toMatchObject({ kind: "done" });
    expect(await appliedTo()).toBe(1);
  });

  it("from the console leaves an event that died anew since it was shown", async () => {
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 1 });
    const shown = await listDeadLetters(stage, "fraud");
    const { life, ...row } = DEAD;
    if (life === undefined) throw new Error("no life");
    await world.putRow("fraud", { ...row, life: { ...life, messageId: "another" } });
    expect(await discardInConsole(shown)).toMatchObject({
      ...{ kind: "stopped", text: expect.stringContaining("0 of 1 events were discarded") },
    });
    expect(await appliedTo()).toBe(0);
  });

  it("from the console leaves an event that was redriven since it was shown", async () => {
    queues.put(fraud().deadLetterQueueUrl, { orderId: "a", sequence: 1 });
    const shown = await listDeadLetters(stage, "fraud");
    await redrive();
    expect(await discardInConsole(shown)).toMatchObject({ kind: "stopped" });
    expect(await appliedTo()).toBe(0);
  });
});
