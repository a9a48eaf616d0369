/**
 * Sends a call until it has a final answer. A throttle (429), a fault of the server (5xx) and no
 * answer at all are tried again with the same call, and so with the same idempotency key: whether
 * the first one took effect does not matter.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiAnswer, ApiCall, Send } from "./api-call.ts";

export type Patience = {
  /** How long to go on trying. */
  readonly patienceMs: number;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
};

export const defaultPatience: Patience = {
  patienceMs: 120_000,
  nowMs: Date.now,
  wait: (ms) => sleep(ms),
  random: Math.random,
};

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

const isFinal = ({ status }: ApiAnswer): boolean => status !== 429 && status < 500;

/** In seconds or as a date; what is neither is no advice. */
const retryAfterMs = (answer: ApiAnswer | undefined, nowMs: number): number => {
  const value = answer?.headers["retry-after"];
  if (typeof value !== "string") return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
};

const backoffMs = (tried: number, random: () => number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1)) * (0.5 + random() / 2);

export type PatientAnswer = { readonly answer: ApiAnswer; readonly tries: number };

export const sendPatiently = async (
  send: Send,
  call: ApiCall,
  patience: Patience = defaultPatience,
): Promise<PatientAnswer> => {
  const { patienceMs, nowMs, wait, random } = patience;
  const startedMs = nowMs();
  for (let tries = 1; ; tries++) {
    let answer: ApiAnswer | undefined;
    let problem: string;
    try {
      answer = await send(call);
      if (isFinal(answer)) return { answer, tries };
      problem = `${answer.status} ${answer.body.slice(0, 200)}`;
    } catch (error) {
      problem = error instanceof Error ? error.message || error.name : "no answer";
    }
    // What the server asks for is the least; the jitter keeps many callers from coming at once.
    const waitMs = retryAfterMs(answer, nowMs()) + backoffMs(tries, random);
    if (nowMs() - startedMs + waitMs > patienceMs) {
      throw new Error(
        `${call.method} ${call.path} had no final answer in ${tries} tries ` +
          `within ${patienceMs / 1_000} s; the last one: ${problem}. Is the order API up?`,
      );
    }
    await wait(waitMs);
  }
};
