import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPlayJournal, withoutDone } from "../../cli/play-journal.ts";
import { readTrace } from "../../cli/read-trace.ts";

const LINE = '{"at":"2025-03-14T09:00:00.000Z","orderId":"a-1","action":"pay"}\n';

describe("the journal of a play", () => {
  let folder: string;
  let trace: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "journal-"));
    trace = join(folder, "trace.ndjson");
    file = join(folder, "journal");
    writeFileSync(trace, LINE.repeat(25));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (stackName = "OrderEventBus-dev") => openPlayJournal(file, { trace, stackName });
  const note = async (...lines: readonly number[]) => {
    const journal = await open();
    for (const line of lines) journal.note(line);
    journal.close();
  };

  it("knows in the next run what was done, over several runs", async () => {
    await note(1, 3);
    await note(2);
    const { done, close } = await open();
    close();
    expect([...done].sort()).toEqual([1, 2, 3]);
    const left: number[] = [];
    for await (const { number } of withoutDone(readTrace(trace), done)) left.push(number);
    expect(left).toEqual(Array.from({ length: 22 }, (_, index) => index + 4));
  });

  it("does not take the half of a number that was cut off for a number", async () => {
    await note(5);
    // What a kill may leave of line 12.
    appendFileSync(file, "1");
    await note(7);
    const { done, close } = await open();
    close();
    expect([...done].sort()).toEqual([5, 7]);
  });

  it("refuses the journal of another trace or of another stage, and leaves it as it is", async () => {
    await note(1);
    const before = readFileSync(file, "utf8");
    await expect(open("OrderEventBus-prod")).rejects.toThrow("of another trace or stage");
    writeFileSync(trace, LINE);
    await expect(open()).rejects.toThrow("of another trace or stage");
    expect(readFileSync(file, "utf8")).toBe(before);
  });
});
