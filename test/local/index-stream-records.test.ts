import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulators, startEmulators } from "../../local/emulators.ts";
import { openPortBook } from "../../local/port-book.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";

/** As dynoxide 1.2.1 asks them: for a poll, for the number of a new record, for a description. */
const QUERIES = [
  "SELECT new_image FROM _stream_records WHERE table_name = ?1 AND shard_id = ?2 AND CAST(sequence_number AS INTEGER) > ?3 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT ?4",
  "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1",
  "SELECT MIN(sequence_number), MAX(sequence_number) FROM _stream_records WHERE table_name = ?1 AND shard_id = ?2",
];

describe.skipIf(!hasDynoxide)("the stream's index", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "stream-index-"));
  let emulators: Emulators;
  let database: DatabaseSync;
  beforeAll(async () => {
    mkdirSync(join(dataDir, "logs"));
    const given = { AWS_ENDPOINT_URL_SNS: "http://none", AWS_ENDPOINT_URL_SQS: "http://none" };
    emulators = await startEmulators({ dataDir, given, ports: openPortBook(dataDir) });
    database = new DatabaseSync(join(dataDir, "dynoxide.db"), { readOnly: true });
  });
  afterAll(async () => {
    database?.close();
    await emulators?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(QUERIES)("serves %s", (query) => {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
    const steps = plan.map(({ detail }) => `${detail}`);
    expect(steps.join("; ")).toContain("SEARCH _stream_records USING");
    expect(steps.join("; ")).toContain("embedded_runtime_stream_records (table_name=?");
    expect(steps.join("; ")).not.toMatch(/SCAN|B-TREE/);
  });
});
