import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measureTrace, readTrace } from "../../cli/read-trace.ts";
import type { NumberedLine } from "../../cli/trace-line.ts";

const PLACE =
  '{"at":"2025-03-14T09:00:00.000Z","orderId":"a","action":"place","customerId":"c",' +
  '"currency":"EUR","lines":[{"sku":"pen","quantity":1,"unitPriceCents":150}]}';
const PAY = '{"at":"2025-03-14T09:05:00.000Z","orderId":"a","action":"pay"}';

describe("reading a trace", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "trace-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (...lines: string[]): string => {
    const file = join(folder, "trace.ndjson");
    writeFileSync(file, lines.join("\n"));
    return file;
  };
  const readAll = async (file: string) => {
    const lines: NumberedLine[] = [];
    for await (const line of readTrace(file)) lines.push(line);
    return lines;
  };

  it("gives each line its number in the file", async () => {
    const lines = await readAll(write(PLACE, "", PAY, ""));
    expect(lines.map(({ number, line }) => [number, line.action])).toEqual([
      [1, "place"],
      [3, "pay"],
    ]);
  });

  it("counts lines and orders", async () => {
    const file = write(PLACE, PAY, PLACE.replace('"a"', '"b"'));
    expect(await measureTrace(file)).toEqual({ lines: 3, orders: 2 });
  });

  it("leaves it to the API to judge a quantity", async () => {
    const [first] = await readAll(write(PLACE.replace('"quantity":1', '"quantity":-1')));
    expect(first?.line).toMatchObject({ lines: [{ quantity: -1 }] });
  });

  it.each([
    ["broken JSON", '{"at":', /line 2 is no JSON: \{"at":/],
    ["an unknown action", PAY.replace("pay", "burn"), /line 2: action is "burn"; allowed: one of/],
    ["a missing order", PAY.replace('"orderId":"a",', ""), /line 2: orderId is undefined/],
    ["a time that is none", PAY.replace("2025-03-14T09", "noon"), /allowed: an ISO 8601 instant/],
    ["an unknown key", PAY.replace('"at"', '"extra":1,"at"'), /line 2: extra is/],
    ["a quantity that is no number", PLACE.replace('"quantity":1', '"quantity":"1"'), /quantity/],
  ])("names file and line of %s", async (_, bad, message) => {
    await expect(readAll(write(PLACE, bad))).rejects.toThrow(message);
  });

  it("says what a trace looks like when there is none", async () => {
    await expect(measureTrace(write(""))).rejects.toThrow(/has no lines; write it as \{/);
    await expect(measureTrace(join(folder, "none"))).rejects.toThrow(
      /cannot open .*none \(ENOENT\)/,
    );
  });
});
