import { ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { peekLetters } from "../../../cli/dead-letters/peek-letters.ts";
import { makeBody } from "../../end-to-end/send-by-hand.ts";
import { modelSqs } from "./model-sqs.ts";

const URL = "http://queues.invalid/dead";

const letterOf = (orderId: string, receipt: string) => ({
  ...{ MessageId: `m-${orderId}`, ReceiptHandle: receipt, Body: makeBody(orderId, 1) },
  Attributes: { MessageGroupId: orderId, SentTimestamp: "0" },
});

/** A queue that gives out what each receive is told to, and then nothing. */
const scripted = (...receives: readonly (readonly string[])[]) => {
  const rest = [...receives];
  let receipts = 0;
  const send = async (command: unknown) =>
    command instanceof ReceiveMessageCommand
      ? { Messages: (rest.shift() ?? []).map((id) => letterOf(id, `r${++receipts}`)) }
      : {};
  return { send } as unknown as SQSClient;
};

describe("a look at the first letter of each order", () => {
  it("is complete when the queue gives out no more, with followers behind those", async () => {
    const { sqs, put, hiddenIn } = modelSqs();
    for (const sequence of [3, 4]) put(URL, { orderId: "a", sequence });
    put(URL, { orderId: "b", sequence: 1 });
    const { heads, complete } = await peekLetters(sqs, URL, { visible: 3 });
    expect([...heads].map(([orderId, { sequence }]) => [orderId, sequence])).toEqual([
      ["a", 3],
      ["b", 1],
    ]);
    expect([complete, hiddenIn(URL)]).toEqual([true, 0]);
    expect(await peekLetters(scripted(["a"]), URL, { visible: 3 })).toMatchObject({
      complete: true,
    });
  });

  it("is not complete when a letter comes again before all have been seen", async () => {
    const sqs = scripted(["a"], ["a"], ["a"], ["a"], ["a"]);
    const { heads, complete } = await peekLetters(sqs, URL, { visible: 3 });
    expect([[...heads.keys()], complete]).toEqual([["a"], false]);
  });

  it("is not complete when the queue counts letters and gives out none", async () => {
    const { heads, complete } = await peekLetters(scripted(), URL, { visible: 2 });
    expect([heads.size, complete]).toEqual([0, false]);
    expect(await peekLetters(scripted(), URL, { visible: 0 })).toMatchObject({ complete: true });
  });

  it("is not complete when it is told to stop", async () => {
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    const options = { visible: 3, onProgress, signal: stop.signal };
    const { heads, complete } = await peekLetters(scripted(["a"]), URL, options);
    expect([heads.size, complete]).toEqual([1, false]);
  });
});
