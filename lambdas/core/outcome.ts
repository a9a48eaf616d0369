/**
 * What became of a message, and what that does to the queue.
 *
 * | outcome   | the message                                       | counts as an attempt |
 * |-----------|---------------------------------------------------|----------------------|
 * | applied   | deleted                                           | -                    |
 * | duplicate | deleted                                           | no                   |
 * | ignored   | deleted: of a type that has no effect here        | no                   |
 * | retried   | back after the backoff                            | yes                  |
 * | postponed | back after the backoff, or at once                | no                   |
 * | parked    | back soon, untried, until SQS moves it            | no                   |
 * | dead      | back soon, until SQS moves it                     | no more              |
 */
import { backoffSeconds } from "./backoff.ts";
import type { FailureRules } from "./failure-rules.ts";
import type { DeathCause, FailureText } from "./ledger-row.ts";
import type { Message, Random } from "./ports.ts";

export type Outcome =
  | { readonly kind: "applied"; readonly latencyMs: number }
  | { readonly kind: "duplicate" }
  | { readonly kind: "ignored" }
  | {
      readonly kind: "retried";
      readonly error: FailureText;
      readonly withoutToken: boolean;
      /** Since the first failure of this life. */
      readonly failingMs: number;
    }
  | {
      readonly kind: "postponed";
      /** `later`: the table is busy or away. `soon`: no time left, or a suspect runs alone. */
      readonly until: "later" | "soon";
      readonly reason: string;
    }
  | { readonly kind: "parked"; readonly reason: "out of sequence" | "older copy" }
  | { readonly kind: "dead"; readonly cause: DeathCause; readonly decided: "now" | "before" };

export const isDone = (outcome: Outcome): boolean =>
  outcome.kind === "applied" || outcome.kind === "duplicate" || outcome.kind === "ignored";

/** Seconds for which the first returning message of an order stays hidden; its followers get 0. */
export const returnAfterSeconds = (
  outcome: Outcome,
  message: Message,
  rules: FailureRules,
  random: Random,
): number => {
  switch (outcome.kind) {
    case "retried":
      return backoffSeconds(message.receiveCount, rules, random);
    case "postponed":
      return outcome.until === "soon" ? 0 : backoffSeconds(message.receiveCount, rules, random);
    case "parked":
    case "dead":
      return rules.bounceSeconds;
    case "applied":
    case "duplicate":
    case "ignored":
      return 0;
  }
};
