import type { Admission } from "../../lambdas/core/ports.ts";
import type { ApiRequest, ApiResponse } from "../../lambdas/order-api/api-message.ts";
import { type ApiReport, createOrderApi } from "../../lambdas/order-api/order-api.ts";
import { RULES } from "../core/make-order.ts";
import { memoryOrderStore } from "../models/memory-order-store.ts";

export const ORDER = {
  orderId: "o1",
  customerId: "c1",
  currency: "EUR",
  lines: [{ sku: "pen", quantity: 3, unitPriceCents: 150 }],
};

export type Answer = ApiResponse & { readonly json: Record<string, unknown> };

/** The order API over a table in memory, with counted ids and a clock that only sleeping moves. */
export const apiWorld = (overrides: { admission?: Admission; maxItemBytes?: number } = {}) => {
  const memory = memoryOrderStore();
  const reports: ApiReport[] = [];
  let nowMs = Date.UTC(2026, 0, 1);
  let ids = 0;
  const api = createOrderApi({
    store: memory.store,
    clock: {
      nowMs: () => nowMs++,
      sleep: async (ms) => {
        nowMs += ms;
      },
    },
    random: () => 0.5,
    randomHex: (bytes) => (++ids).toString(16).padStart(bytes * 2, "0"),
    admission: overrides.admission ?? (async () => ({ kind: "open" })),
    rules: { ...RULES, maxItemBytes: overrides.maxItemBytes ?? RULES.maxItemBytes },
    report: (report) => reports.push(report),
  });
  const call = async (
    method: string,
    path: string,
    body: unknown = "",
    headers: ApiRequest["headers"] = {},
  ): Promise<Answer> => {
    const bytes =
      body instanceof Uint8Array
        ? body
        : new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
    const answer = await api({ method, path, headers, body: bytes });
    return { ...answer, json: JSON.parse(answer.body) };
  };
  return { memory, reports, call };
};
