/** What the README says is run, built or compared; what it links is there. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { describeFigures } from "../../cli/describe-figures.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readOutputs } from "../../cli/read-outputs.ts";
import { connectToStage } from "../../cli/stage-clients.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import type { EmbeddedBus } from "../../local/embedded-bus.ts";
import { startEmbeddedBus } from "../../local/embedded-bus.ts";
import { outputsPath } from "../../local/outputs-file.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { mutantNames } from "../sim/load-mutant.ts";
import { synthesizeStack } from "../stack/synthesize.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const scripts: Record<string, string> = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
).scripts;

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, text = ""]) => text,
  );
const shellLines = blocks("sh").flatMap((block) => block.replaceAll("\\\n", "").trim().split("\n"));

describe("the README", () => {
  it("has at most 150 lines", () => {
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
  });

  it("links only what is there", () => {
    const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => join("docs", file));
    const files = [
      "README.md",
      "test/acceptance/README.md",
      "test/regressions/README.md",
      ...pages,
    ];
    const links = files.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(
        ([, link = ""]) => join(dirname(file), link),
      ),
    );
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });

  it("says how many broken variants the simulation convicts", () => {
    const [, told] = /convicts (\d+) broken variants/.exec(readme) ?? [];
    expect(Number(told)).toBe(mutantNames().length);
  });

  it("shows the demo's own table", () => {
    const { refused: _refused, ...figures } = predictFigures(generateTrace(1));
    const names = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];
    const deadLetters = Object.fromEntries(names.map((name) => [name, 0]));
    const consumers = names.map((name) => ({ name, behind: 0, parked: 0, deadLetters: 0 }));
    const table = describeFigures({ ...figures, deadLetters }, {
      consumers,
    } as unknown as Parameters<typeof describeFigures>[1]);
    const rows = table
      .split("\n")
      .filter((line) => line.startsWith("│") && !line.includes("behind"));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(readme).toContain(row);
  });

  it("names only scripts that exist", () => {
    const named = [...readme.matchAll(/npm (?:run ([a-z:-]+)|(test|start))/g)].map(
      ([, run, bare]) => run ?? bare ?? "",
    );
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("shows settings that a stage takes", () => {
    const [, json = ""] = /-c settings='([^']+)'/.exec(readme) ?? [];
    expect(
      stageSettings({ stage: "prod", overrides: JSON.parse(json), alarmEmail: "none" })
        .maxReceiveCount,
    ).toBe(60);
  });

  it("shows a sixth consumer that the stack takes", () => {
    const [file = "", line = ""] = blocks("ts");
    // In the project, but not among the sources: tests that read them all run at the same time.
    const folder = mkdtempSync(join(root, ".readme-"));
    try {
      const entry = join(folder, "gift.ts");
      writeFileSync(entry, file.replaceAll('"../', `"${root}/lambdas/`));
      expect(file).toContain("consumerFunction(gift)");
      const { bus: built } = synthesizeStack({
        extend: (bus) => {
          const one = {
            addConsumer: (name: string, props: Parameters<typeof bus.addConsumer>[1]) =>
              bus.addConsumer(name, { ...props, entry }),
          };
          new Function(line).call({ bus: one });
        },
      });
      expect(built.consumers.map(({ name }) => name)).toContain("gift");
      execFileSync(process.execPath, ["--check", entry]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!hasDynoxide)("the README's calls", () => {
  it("place an order and move it, on a running bus", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "readme-test-"));
    let bus: EmbeddedBus | undefined;
    try {
      bus = await startEmbeddedBus({ dataDir });
      const { apiUrl } = bus;
      const calls = shellLines.filter((line) => line.startsWith("curl"));
      expect(calls).toHaveLength(3);
      const answers: string[] = [];
      for (const call of calls) {
        const line = call.replace("http://127.0.0.1:8787/", apiUrl);
        answers.push((await promisify(execFile)("sh", ["-c", line])).stdout);
      }
      expect(answers.map((answer) => answer.split("\r\n")[0])).toEqual([
        "HTTP/1.1 201 Created",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK",
      ]);
      expect(answers[2]).toContain('"status":"paid"');

      await until("the order is everywhere", async () => {
        const stage = connectToStage(await readOutputs({ outputsFile: outputsPath(dataDir) }));
        return (await auditOrders(stage).finally(stage.close)).consumers.every(
          ({ applied }) => applied === 2,
        );
      });
      const commands = shellLines.filter((line) => line.startsWith("npx bus"));
      expect(commands).toHaveLength(3);
      const told: string[] = [];
      for (const command of commands) {
        const line = command
          .replace("npx bus", "node cli/bus.ts")
          .replace("--local", "--local $DATA");
        const run = { cwd: root, env: { ...process.env, DATA: dataDir } };
        told.push((await promisify(execFile)("sh", ["-c", line], run)).stdout);
      }
      expect(told[0]).toContain("warehouse");
      expect(told[1]).toContain("order.paid");
      expect(told[2]).toContain("audit ok");
    } finally {
      await bus?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
