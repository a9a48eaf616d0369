/**
 * Gives dynoxide's stream an index, in its database beside it.
 *
 * dynoxide 1.2.1 keeps a table's stream as rows with both images, and compares their sequence numbers
 * as `CAST(sequence_number AS INTEGER)`, for which it has no index: each poll of the stream, and each
 * write to a table with a stream, reads all records of the last day. SQLite takes an index on that
 * very expression by itself, and it holds all that the polls' other queries ask for, too.
 */
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

/** It is writing to it, too, and a large index takes its time. */
const PATIENCE_MS = 60_000;

const [file = ""] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: PATIENCE_MS });
database.exec(
  "CREATE INDEX IF NOT EXISTS embedded_runtime_stream_records ON _stream_records " +
    "(table_name, CAST(sequence_number AS INTEGER), shard_id, sequence_number)",
);
database.close();
