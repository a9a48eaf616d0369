/**
 * Group commit: the writes of a batch's orders that reach other items go out as one transaction.
 *
 * A transaction holds many orders as easily as one, and an item that several of them change, such
 * as a SKU that everybody buys, is written once and is not fought for. It is all or nothing, so
 * what one order may have spoilt is not held against the others: when it is cancelled, those that
 * were not at fault go again without it, and those that were go alone.
 */
import {
  type ConsumerContext,
  commitPatiently,
  isOutOfTime,
  mayTryAgain,
} from "./consumer-context.ts";
import { itemOf, mergeAdjusts } from "./merge-adjusts.ts";
import {
  type ItemVerdict,
  type LedgerResult,
  type LedgerWrite,
  TRANSACTION_ITEMS,
} from "./ports.ts";

type Waiting = {
  readonly write: LedgerWrite;
  readonly settle: (result: LedgerResult) => void;
};

/** As many in each group as a transaction holds. */
const pack = (waiting: readonly Waiting[]): readonly (readonly Waiting[])[] => {
  const groups: Waiting[][] = [];
  let items = new Set<string>();
  for (const next of waiting) {
    const last = groups.at(-1);
    const own = next.write.effects.map(itemOf);
    const together = new Set([...items, ...own]);
    if (last !== undefined && last.length + 1 + together.size <= TRANSACTION_ITEMS) {
      last.push(next);
      items = together;
    } else {
      groups.push([next]);
      items = new Set(own);
    }
  }
  return groups;
};

const FIRST = 1;

type Fate = "written" | "changed" | "in turn" | "alone" | "again" | "blameless";

/** What a cancelled transaction means for one of its writes. */
const fateOf = (row: ItemVerdict, effects: readonly ItemVerdict[]): Fate => {
  if (row === "own") return "written";
  if (row === "refused") return "changed";
  const items = [row, ...effects];
  if (items.includes("invalid")) return "alone";
  if (items.includes("refused")) return "in turn";
  return items.includes("busy") ? "again" : "blameless";
};

const settleAll = (group: readonly Waiting[], result: LedgerResult): void => {
  for (const { settle } of group) settle(result);
};

const commitAlone = async (context: ConsumerContext, group: readonly Waiting[]): Promise<void> => {
  if (isOutOfTime(context)) return settleAll(group, { kind: "busy" });
  await Promise.all(
    group.map(async ({ write, settle }) => settle(await commitPatiently(context, write))),
  );
};

/** Those that a bound refused change the same item: side by side they would only be in each other's way. */
const commitInTurn = async (context: ConsumerContext, group: readonly Waiting[]): Promise<void> => {
  for (const waiting of group) await commitAlone(context, [waiting]);
};

const commitAgain = async (
  context: ConsumerContext,
  group: readonly Waiting[],
  tried: number,
): Promise<void> => {
  if (group.length === 0) return;
  if (await mayTryAgain(context, tried)) await commitGroup(context, group, tried + 1);
  else settleAll(group, { kind: "busy" });
};

const commitGroup = async (
  context: ConsumerContext,
  group: readonly Waiting[],
  tried = FIRST,
): Promise<void> => {
  if (group.length < 2) return commitAlone(context, group);
  // Each further try may take as long as a call that nobody answers.
  if (tried > FIRST && isOutOfTime(context)) return settleAll(group, { kind: "busy" });
  const merged = mergeAdjusts(group.flatMap(({ write }) => write.effects));
  const items = [...merged.keys()];
  const writes = group.map(({ write }) => write);
  const result = await context.ledger.commitTogether(writes, [...merged.values()]);
  if (result.kind === "committed") return settleAll(group, result);
  if (result.kind === "busy") return commitAgain(context, group, tried);
  if (result.kind === "failed") {
    // What nobody answered is not asked again by each of them: that would take too long.
    return result.retryable ? settleAll(group, result) : commitAlone(context, group);
  }
  const fates = Map.groupBy(group, (waiting) => {
    const effects = waiting.write.effects.map((effect) => {
      return result.effects[items.indexOf(itemOf(effect))] ?? "fine";
    });
    return fateOf(result.rows[group.indexOf(waiting)] ?? "fine", effects);
  });
  const of = (fate: Fate): readonly Waiting[] => fates.get(fate) ?? [];
  settleAll(of("written"), { kind: "committed" });
  settleAll(of("changed"), { kind: "changed", what: "row" });
  const blameless = of("blameless");
  await Promise.all([
    commitAlone(context, of("alone")),
    commitInTurn(context, of("in turn")),
    commitAgain(context, of("again"), tried),
    // With nobody to blame, the same again would end the same.
    blameless.length === group.length
      ? commitAlone(context, blameless)
      : commitGroup(context, blameless, tried + 1),
  ]);
};

/** What is asked for in one turn is committed together. */
export const groupCommits = (
  context: ConsumerContext,
): ((write: LedgerWrite) => Promise<LedgerResult>) => {
  let waiting: Waiting[] = [];
  const flush = async (): Promise<void> => {
    const groups = pack(waiting);
    waiting = [];
    await Promise.all(groups.map((group) => commitGroup(context, group)));
  };
  return (write) =>
    new Promise((settle) => {
      if (waiting.length === 0) void context.nextTurn().then(flush);
      waiting.push({ write, settle });
    });
};
