/**
 * How far each shard of a stream has been handled, on disk. It is written after a batch succeeded
 * and before the next one starts, so that whatever is killed, no record is skipped and at most one
 * batch is handled again.
 */
import { existsSync, readFileSync } from "node:fs";
import { writeAtomically } from "./atomic-file.ts";

export type StreamCheckpoint = {
  /** The last handled sequence number of the shard. */
  readonly read: (shardId: string) => string | undefined;
  readonly write: (shardId: string, sequenceNumber: string) => void;
};

type Content = { readonly streamArn: string; readonly shards: Record<string, string> };

export const openStreamCheckpoint = (file: string, streamArn: string): StreamCheckpoint => {
  const content: Content = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { shards: {} };
  // A table that was made anew has another stream, whose numbers mean something else.
  const shards = content.streamArn === streamArn ? content.shards : {};
  return {
    read: (shardId) => shards[shardId],
    write: (shardId, sequenceNumber) => {
      shards[shardId] = sequenceNumber;
      writeAtomically(file, JSON.stringify({ streamArn, shards } satisfies Content));
    },
  };
};
