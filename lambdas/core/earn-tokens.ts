import { type ConsumerContext, isOutOfTime } from "./consumer-context.ts";
import { earnToken } from "./dead-letter-budget.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Earns the dead-letter budget a token for every `appliedPerToken` applied events, by drawing lots
 * for each: so earning costs one write in that many events, and no count is kept anywhere. A lost
 * token only delays a decision, so a failed write is not tried again.
 */
export const earnTokens = async (
  context: ConsumerContext,
  results: readonly { readonly outcome: Outcome }[],
): Promise<void> => {
  const { budget: rules } = context.rules;
  const applied = results.filter(({ outcome }) => outcome.kind === "applied");
  const won = applied.filter(() => context.random() * rules.appliedPerToken < 1).length;
  if (won === 0 || isOutOfTime(context)) return;
  try {
    const before = await context.ledger.readBudget();
    let after = before;
    for (let token = 0; token < won; token++) {
      after = earnToken(after, rules, context.clock.nowMs()) ?? after;
    }
    if (after.rev > before.rev) {
      await context.ledger.commitBudget(before, { ...after, rev: before.rev + 1 });
    }
  } catch {
    return;
  }
};
