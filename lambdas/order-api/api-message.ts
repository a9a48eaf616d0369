import type { JsonObject } from "../core/ledger-row.ts";

/** A request, whatever carried it; header names in lower case. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
};

export type ApiResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export const jsonResponse = (
  status: number,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});
