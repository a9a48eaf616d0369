/**
 * Names for what a request makes. With an `Idempotency-Key` they follow from the key, so that the
 * same request finds what it made before; without one they are random.
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../core/canonical-json.ts";
import type { JsonValue } from "../core/ledger-row.ts";

/** Random bytes, as hexadecimal digits. */
export type RandomHex = (bytes: number) => string;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** RFC 9562: version 4 is random, version 8 is made as its maker likes. */
const toUuid = (hex: string, version: 4 | 8): string => {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const digits = `${hex.slice(0, 12)}${version}${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

export const nameOrder = (key: string | undefined, randomHex: RandomHex): string =>
  key === undefined ? toUuid(randomHex(16), 4) : toUuid(sha256(`order\n${key}`), 8);

/** A key belongs to its order: another order's may be the same. */
export const nameEvent = (
  orderId: string,
  key: string | undefined,
  randomHex: RandomHex,
): string =>
  key === undefined ? toUuid(randomHex(16), 4) : toUuid(sha256(`event\n${orderId}\n${key}`), 8);

export const hashRequest = (request: JsonValue): string => sha256(canonicalJson(request));
