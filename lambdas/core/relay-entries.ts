/**
 * From records of the orders table's stream to what has to be published.
 *
 * A record yields the events with `old.version < sequence ≤ new.version`: none for a delete by TTL
 * or by hand (4.13), and none for a write that only touched the item.
 */
import { composePublication } from "./compose-event.ts";
import type { FailureText } from "./ledger-row.ts";
import type { Publication } from "./ports.ts";
import { readOrderItem } from "./read-order-item.ts";

/** A record of the stream, its images as plain values; an image that cannot be decoded is `null`. */
export type RelayRecord = {
  /** The stream's own sequence number: the checkpoint. */
  readonly recordId: string;
  readonly orderId: string;
} & (
  | { readonly kind: "removed" }
  | { readonly kind: "written"; readonly oldImage?: unknown; readonly newImage: unknown }
);

export type RelayEntry = {
  /** The place of its record in the batch. */
  readonly position: number;
  readonly orderId: string;
  readonly sequence: number;
  readonly content:
    | { readonly kind: "event"; readonly publication: Publication }
    | { readonly kind: "unreadable"; readonly error: FailureText };
};

export const readEntries = (record: RelayRecord, position: number): readonly RelayEntry[] => {
  if (record.kind === "removed") return [];
  const { orderId } = record;
  const oldVersion = record.oldImage === undefined ? 0 : versionOf(record.oldImage);
  const unreadable = (message: string): readonly RelayEntry[] => {
    const error = { name: "UnreadableRecordError", message };
    const sequence = (oldVersion ?? 0) + 1;
    return [{ position, orderId, sequence, content: { kind: "unreadable", error } }];
  };
  if (oldVersion === undefined) return unreadable("the old image has no version");
  const newVersion = versionOf(record.newImage);
  if (newVersion !== undefined && newVersion <= oldVersion) return [];
  const read = readOrderItem(record.newImage);
  if (read.kind === "no order") return unreadable(read.reason);
  const { item } = read;
  if (item.orderId !== orderId) return unreadable("the image's order id is not the record's key");
  return Array.from({ length: item.version - oldVersion }, (_, index) => {
    const sequence = oldVersion + index + 1;
    const publication = composePublication(item, sequence);
    return { position, orderId, sequence, content: { kind: "event", publication } };
  });
};

const versionOf = (image: unknown): number | undefined => {
  if (typeof image !== "object" || image === null || !("version" in image)) return undefined;
  const { version } = image;
  return Number.isSafeInteger(version) && Number(version) >= 0 ? Number(version) : undefined;
};
