import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { type Adjust, NonRetryable } from "../../lambdas/core/consumer.ts";
import { evaluate, failureText } from "../../lambdas/core/evaluate.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import { makeWorld, type WorldShape } from "./make-context.ts";
import { EVENT_TIME, type MessageShape, makeEnvelope, makeMessage } from "./make-message.ts";

const evaluated = (shape: WorldShape, message: MessageShape = {}, state = {}) => {
  const { context } = makeWorld(shape);
  return evaluate(context, { ...newRow("o1"), state }, readArrival(makeMessage(message)));
};
const DAY_MS = 86_400_000;
const at = (nowMs: number): WorldShape => ({
  rules: { retainDays: 30 },
  context: { clock: { nowMs: () => nowMs, sleep: async () => {} } },
});

describe("evaluating", () => {
  it("finds an effect without a key before anything is written, as a fault of its handler", async () => {
    const nameless = { kind: "adjust", table: "stock", add: {} } as unknown as Adjust;
    for (const change of [{ effects: [nameless] }, { otherwise: { effects: [nameless] } }]) {
      const evaluation = await evaluated({ consumer: { handle: () => change } });
      expect(evaluation).toMatchObject({ kind: "failure", error: { name: "TypeError" } });
    }
  });

  it("hands the handler its state of the order, the event and the stage's settings", async () => {
    const seen: unknown[] = [];
    await evaluated(
      {
        context: { settings: { initialStock: 7 } },
        consumer: {
          handle: (...given) => {
            seen.push(...given);
            return {};
          },
        },
      },
      {},
      { chain: "abc" },
    );
    expect(seen).toMatchObject([{ chain: "abc" }, { id: "o1-event-1" }, { initialStock: 7 }]);
  });

  it("gives a failure without a cause when the handler throws, and its text", async () => {
    const handle = () => {
      throw new TypeError("not yet");
    };
    const evaluation = await evaluated({ consumer: { handle } });
    expect(evaluation).toMatchObject({
      kind: "failure",
      error: { name: "TypeError", message: "not yet", stack: expect.stringContaining("not yet") },
    });
    expect(evaluation).not.toHaveProperty("cause");
  });

  it("gives a failure with a cause when the handler or the side effect says that none can help", async () => {
    const refuse = () => {
      throw new NonRetryable("never");
    };
    const failure = { kind: "failure", cause: "not retryable" };
    expect(await evaluated({ consumer: { handle: refuse } })).toMatchObject(failure);
    expect(await evaluated({ context: { sideEffect: async () => refuse() } })).toMatchObject(
      failure,
    );
  });

  it("gives a failure without a cause to a body that a newer version may be able to read", async () => {
    const body = JSON.stringify({ ...makeEnvelope(), schemaversion: "2.0" });
    const evaluation = await evaluated({}, { body });
    expect(evaluation).toMatchObject({ kind: "failure", error: { name: "NewerSchemaVersion" } });
    expect(evaluation).not.toHaveProperty("cause");
  });

  it("calls no side effect for a type that the consumer does not handle, nor for an invalid event", async () => {
    const calls: string[] = [];
    const shape: WorldShape = {
      consumer: { handles: ["order.paid"] },
      context: {
        sideEffect: async ({ id }) => {
          calls.push(id);
        },
      },
    };
    expect(await evaluated(shape)).toEqual({ kind: "change", change: {} });
    await evaluated(shape, { body: "no JSON" });
    expect(calls).toEqual([]);
  });

  it("refuses an event older than retainDays, to the millisecond", async () => {
    const limitMs = Date.parse(EVENT_TIME) + 30 * DAY_MS;
    expect(await evaluated(at(limitMs))).toMatchObject({ kind: "change" });
    expect(await evaluated(at(limitMs + 1))).toEqual({
      kind: "failure",
      error: { name: "TooOld", message: `event of ${EVENT_TIME} is older than retainDays 30` },
      cause: "too old",
    });
  });
});

describe("a failure's text", () => {
  it("is cut, since a row is small", () => {
    const text = failureText(new Error("x".repeat(5_000)));
    expect(text.message).toHaveLength(1_000);
    expect(text.stack!.length).toBeLessThanOrEqual(4_000);
  });

  it("of something thrown that is no error repeats nothing of it", () => {
    const text = { name: "Thrown", message: "a value that is no Error" };
    expect(failureText({ card: "4111" })).toEqual(text);
  });

  it("of an error without a stack has none", () => {
    const error = new Error("bare");
    delete error.stack;
    expect(failureText(error)).toStrictEqual({ name: "Error", message: "bare" });
  });
});
