/**
 * Plays a trace through the order API: many orders at a time, the steps of one order strictly one
 * after the other. A step that the API refuses is a result; a step without a final answer, or with
 * one that blames the player, ends the play. Each line has an idempotency key of its own that is
 * the same in every run: played again, a step that was taken is not taken twice. One that was refused
 * is asked anew, and may be taken then; only without the lines that are done a run goes on exactly.
 */
import { createHash } from "node:crypto";
import type { ApiAnswer, ApiCall, Send } from "./api-call.ts";
import { createGate } from "./create-gate.ts";
import { defaultPatience, type Patience, sendPatiently } from "./send-patiently.ts";
import type { NumberedLine, TraceLine } from "./trace-line.ts";

export type PlayOptions = {
  readonly lines: AsyncIterable<NumberedLine> | Iterable<NumberedLine>;
  readonly send: Send;
  /** Calls under way at a time. */
  readonly concurrency?: number;
  /** "twice": each call is made again after its answer, and must be answered the same. */
  readonly each?: "once" | "twice";
  readonly patience?: Patience;
  /** Told after every line: how many by now, and the number of this one. */
  readonly onPlayed?: (played: number, line: number) => void;
  /** Aborted: no further call is made, and the play rejects with the signal's reason. */
  readonly signal?: AbortSignal;
};

export type Played = {
  readonly lines: number;
  readonly accepted: number;
  readonly refused: number;
  /** Calls that had to be made again for want of a final answer. */
  readonly retries: number;
  readonly seconds: number;
};

export const DEFAULT_CONCURRENCY = 24;
/** Lines read ahead, so that one order's many steps do not hold up all others. */
const LINES_A_PLACE = 8;
const REFUSALS = new Set([400, 404, 409, 413, 422]);

const callOf = ({ number, line }: NumberedLine): ApiCall => {
  const key = createHash("sha256")
    .update(`${number}\n${JSON.stringify(line)}`)
    .digest("hex");
  const headers = { "idempotency-key": key.slice(0, 32) };
  if (line.action !== "place") {
    const path = `/orders/${encodeURIComponent(line.orderId)}/${line.action}`;
    return { method: "POST", path, headers };
  }
  const { orderId, customerId, currency, lines } = line;
  return {
    method: "POST",
    path: "/orders",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ orderId, customerId, currency, lines }),
  };
};

const outcomeOf = ({ status, body }: ApiAnswer): "accepted" | "refused" => {
  if (status >= 200 && status < 300) return "accepted";
  if (REFUSALS.has(status)) return "refused";
  throw new Error(`got ${status} ${body.slice(0, 200)}; allowed: 2xx, or a refusal of the step`);
};

const inLine = (number: number, { action, orderId }: TraceLine, error: unknown): Error =>
  new Error(
    `line ${number} (${action} ${orderId}): ${error instanceof Error ? error.message : "failed"}`,
    { cause: error },
  );

type Counts = { lines: number; accepted: number; refused: number; retries: number };

const playLine = async (numbered: NumberedLine, options: PlayOptions, counts: Counts) => {
  const call = callOf(numbered);
  const ask = async () => {
    const { answer, tries } = await sendPatiently(
      options.send,
      call,
      options.patience ?? defaultPatience,
    );
    counts.retries += tries - 1;
    return answer;
  };
  const answer = await ask();
  if (options.each === "twice") {
    const second = await ask();
    if (second.status !== answer.status || second.body !== answer.body) {
      const shown = ({ status, body }: ApiAnswer) => `${status} ${body.slice(0, 200)}`;
      throw new Error(
        `the same call got two answers: first ${shown(answer)}, then ${shown(second)}`,
      );
    }
  }
  counts[outcomeOf(answer)]++;
};

export const playTrace = async (options: PlayOptions): Promise<Played> => {
  const { lines, concurrency = DEFAULT_CONCURRENCY, signal } = options;
  const startedMs = performance.now();
  const counts: Counts = { lines: 0, accepted: 0, refused: 0, retries: 0 };
  const ahead = createGate(concurrency * LINES_A_PLACE);
  const underWay = createGate(concurrency);
  const lastOfOrder = new Map<string, Promise<void>>();
  let failure: Error | undefined;

  const play = async (numbered: NumberedLine, before: Promise<void> | undefined) => {
    await before;
    await underWay.enter();
    try {
      signal?.throwIfAborted();
      // After a failure nothing more is sent: a later step of the order would be out of turn.
      if (failure === undefined) await playLine(numbered, options, counts);
    } catch (error) {
      failure ??= signal?.aborted ? signal.reason : inLine(numbered.number, numbered.line, error);
    } finally {
      underWay.leave();
      ahead.leave();
      if (failure === undefined) {
        counts.lines++;
        options.onPlayed?.(counts.lines, numbered.number);
      }
    }
  };

  for await (const numbered of lines) {
    await ahead.enter();
    if (failure !== undefined) break;
    const { orderId } = numbered.line;
    const last = play(numbered, lastOfOrder.get(orderId));
    lastOfOrder.set(orderId, last);
    void last.then(() => {
      if (lastOfOrder.get(orderId) === last) lastOfOrder.delete(orderId);
    });
  }
  await Promise.all(lastOfOrder.values());
  if (failure !== undefined) throw failure;
  return { ...counts, seconds: (performance.now() - startedMs) / 1_000 };
};
