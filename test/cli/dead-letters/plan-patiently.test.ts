import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { Lease } from "../../../cli/dead-letters/dead-letter.ts";
import type { RedrivePlan } from "../../../cli/dead-letters/plan.ts";
import { planPatiently } from "../../../cli/dead-letters/plan-patiently.ts";
import type { Stage } from "../../../cli/stage-clients.ts";

const QUEUE = { name: "fraud", url: "http://queues.invalid/dead" };
const whole: RedrivePlan = {
  ...{ consumer: "fraud", from: "consumer", orders: [], letters: 0, remarks: [] },
};
const partly: RedrivePlan = { ...whole, partlySeen: true };

/** A queue that counts so many as hidden, one look after the other; nobody holds the lease. */
const stageOf = (hidden: readonly number[], onReceive = () => {}): Stage => {
  const counts = hidden.values();
  const send = async (command: unknown) => {
    if (command instanceof ReceiveMessageCommand) {
      onReceive();
      return {};
    }
    const inFlight = String(counts.next().value ?? 0);
    return {
      Attributes: {
        ...{ ApproximateNumberOfMessages: "1", ApproximateNumberOfMessagesDelayed: "0" },
        ApproximateNumberOfMessagesNotVisible: inFlight,
      },
    };
  };
  return {
    ...{ sqs: { send }, dynamo: { send: async () => ({}) } },
    outputs: { DedupTable: "dedup" },
  } as unknown as Stage;
};

const planOf = async (
  plans: readonly RedrivePlan[],
  { hidden = [0], patienceSeconds = 60 }: { hidden?: number[]; patienceSeconds?: number } = {},
) => {
  const counted = { made: 0, waits: 0, receives: 0 };
  const options = { patienceSeconds, onWait: () => counted.waits++ };
  const stage = stageOf(hidden, () => counted.receives++);
  const plan = await planPatiently(stage, QUEUE, options, async () => {
    return plans[counted.made++] ?? whole;
  });
  return { ...counted, plan };
};

describe("patience with hidden letters", () => {
  it("is not asked for where none is hidden", async () => {
    expect(await planOf([whole])).toEqual({ made: 1, waits: 0, receives: 0, plan: whole });
  });

  it("needs no wait where a receive makes the queue count anew", async () => {
    expect(await planOf([whole], { hidden: [3, 0] })).toMatchObject({ waits: 0, receives: 1 });
  });

  it("waits until none is hidden, and tells so once", async () => {
    expect(await planOf([whole], { hidden: [3, 3, 1, 0] })).toMatchObject({ made: 1, waits: 1 });
  });

  it("plans anew after a plan that is not all", async () => {
    const done = await planOf([partly, whole], { hidden: [3, 3, 0] });
    expect(done).toMatchObject({ made: 2, waits: 1, plan: whole });
  });

  it("has an end: then the plan says that it is not all", async () => {
    expect(await planOf([partly], { patienceSeconds: 0 })).toMatchObject({ made: 1, plan: partly });
    const shortly = { hidden: [3, 3, 3, 3, 3], patienceSeconds: 0.2 };
    expect(await planOf([partly], shortly)).toMatchObject({ made: 1, waits: 1, plan: partly });
  });

  it("does not wait for a run: whoever plans is told of it", async () => {
    const [sinceMs, heldUntilMs] = [0, Number.MAX_SAFE_INTEGER];
    const leasedBy: Lease = { holder: "ada", act: "redrive", token: "t", sinceMs, heldUntilMs };
    const leased = { ...partly, leasedBy };
    expect(await planOf([leased])).toMatchObject({ made: 1, waits: 0, plan: leased });
  });
});
