/** `bus play`, as a person runs it, by its exit codes; at an API that answers as it is told. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { CONSUMERS } from "./make-stage.ts";
import { startStubApi } from "./start-stub-api.ts";

const TRACE = generateTrace(4, 6);

describe("bus play", () => {
  let folder: string;
  let trace: string;
  let api: Awaited<ReturnType<typeof startStubApi>>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "play-"));
    trace = join(folder, "trace.ndjson");
    writeFileSync(trace, TRACE.map((line) => `${JSON.stringify(line)}\n`).join(""));
  });
  afterEach(async () => {
    await api?.stop();
    rmSync(folder, { recursive: true });
  });

  const bus = async (
    answer: Parameters<typeof startStubApi>[0],
    { words = [trace], on = "this machine", api: hasApi = true } = {},
  ) => {
    api = await startStubApi(answer);
    const outputs = {
      ...{ OrdersTable: "orders", DedupTable: "dedup" },
      TopicArn: "arn:aws:sns:eu-west-1:0:t",
      Consumers: JSON.stringify(CONSUMERS),
      ...(hasApi ? { ApiUrl: api.url } : {}),
    };
    const where = on === "this machine" ? { endpoints: {} } : {};
    const file = join(folder, "outputs.json");
    writeFileSync(file, JSON.stringify({ "OrderEventBus-dev": outputs, ...where }));
    const args = ["cli/bus.ts", "play", ...words, "--outputs", file];
    const env = { ...process.env, AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
    return new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(process.execPath, args, { env }, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  };
  const taken = () => ({ status: 200, body: "{}" });

  it("ends with 0 when every step has its answer, and counts what was refused", async () => {
    const run = await bus(({ path }) => ({ status: path.endsWith("/ship") ? 409 : 200 }));
    const ships = TRACE.filter(({ action }) => action === "ship").length;
    expect(run.code).toBe(0);
    expect(run.out).toMatch(
      new RegExp(`^${TRACE.length} steps played .* ${ships} refused by the order's state, 0 calls`),
    );
    expect(api.calls).toHaveLength(TRACE.length);
  });

  it("signs its calls, unless the bus is on this machine", async () => {
    let signed = 0;
    const count = ({ signature }: { signature: boolean }) => {
      if (signature) signed++;
      return taken();
    };
    await bus(count);
    expect(signed).toBe(0);
    await api.stop();
    await bus(count, { on: "AWS" });
    expect(signed).toBe(TRACE.length);
  });

  it("ends with 1 when a step blames the player, and says how to go on", async () => {
    const { code, err } = await bus(() => ({ status: 403, body: "who are you" }));
    expect(code).toBe(1);
    expect(err).toMatch(/^bus play: stopped after 0 of \d+ steps: line 1 .*got 403 who are you/m);
    expect(err).toMatch(/with --journal a run goes on exactly/);
  });

  it("ends with 2 before the first call when the file is none, or has a fault", async () => {
    expect((await bus(taken, { words: [join(folder, "none")] })).code).toBe(2);
    await api.stop();
    writeFileSync(trace, `${JSON.stringify(TRACE[0])}\nnonsense\n`);
    expect(await bus(taken)).toMatchObject({
      ...{ code: 2, err: expect.stringMatching(/line 2 is no JSON/) },
    });
    await api.stop();
    const words = [trace, "--journal", trace];
    writeFileSync(trace, `${JSON.stringify(TRACE[0])}\n`);
    expect((await bus(taken, { words })).code).toBe(2);
    expect(api.calls).toEqual([]);
  });

  it("ends with 3 for a bus before a table of the user's own, which has no order API", async () => {
    expect(await bus(taken, { api: false })).toMatchObject({
      ...{ code: 3, err: expect.stringContaining("has no order API") },
    });
  });
});
