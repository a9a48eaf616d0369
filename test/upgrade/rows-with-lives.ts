import { type Item, rowToItem } from "../../lambdas/aws/ledger-item.ts";
import type { LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";

const FIRST_MS = Date.parse("2026-01-02T10:21:00.000Z");

/** Of the message that carries the delivered order's second event. */
const life: Life = {
  seq: 2,
  messageId: "delivered-message-2",
  sentAtMs: Date.parse("2026-01-02T10:20:31.000Z"),
  eventType: "order.paid",
  attempts: 1,
  open: true,
  firstMs: FIRST_MS,
  lastMs: FIRST_MS,
};
const error = {
  name: "Error",
  message: "the downstream is away",
  stack: "Error: away\n  at x.ts:1",
};
const failed: Life = { ...life, attempts: 8, open: false, lastMs: FIRST_MS + 700_000, error };
const atMs = FIRST_MS + 700_000;

const row: LedgerRow = {
  orderId: "delivered",
  seq: 1,
  rev: 3,
  state: { note: "of the consumer" },
  appliedAtMs: FIRST_MS - 60_000,
  by: "delivered-message-2/2/life",
};

/** A row in each of the ways in which a failing order is remembered. */
export const rowsWithLives = (): Readonly<Record<string, Item>> => {
  const rows: Readonly<Record<string, LedgerRow>> = {
    started: { ...row, life },
    failed: { ...row, life: failed },
    dead: { ...row, life: { ...failed, dead: { atMs, cause: "attempts exhausted" } } },
    discarded: {
      ...row,
      seq: 2,
      by: `discard/ann/${atMs}`,
      discarded: [
        {
          seq: 2,
          messageId: life.messageId,
          eventType: "order.paid",
          cause: "attempts exhausted",
          who: "ann",
          why: "paid twice by mistake",
          atMs,
        },
      ],
    },
    expiring: { ...row, expiresAt: Math.floor(FIRST_MS / 1_000) + 90 * 86_400 },
  };
  return Object.fromEntries(
    Object.entries(rows).map(([name, each]) => [name, rowToItem(each, "test")]),
  );
};
