import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Stage } from "aws-cdk-lib";
import { expect, it } from "vitest";
import { at, readTemplate } from "../../lib/template-reader.ts";
import { synthesizeStack } from "./synthesize.ts";

/** In a process and a module of its own: elsewhere is a `require`, which a module in Lambda lacks. */
const typeOfHandler = (file: string): string => {
  const url = JSON.stringify(pathToFileURL(file).href);
  const script = `import(${url}).then((it) => console.log(typeof it.handler), (error) => console.log(error.message))`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", script]).toString().trim();
};

/** Init is billed (7.5), and larger code takes longer to read. An update of the SDK may add to it. */
const MAX_BYTES = 250 * 1_024;

const sourcesOf = (map: string): readonly string[] => JSON.parse(readFileSync(map, "utf8")).sources;

// Nine runs of the bundler, each a process of its own: slow on a machine busy with other tests.
const TIMEOUT_MS = 300_000;

it(
  "bundles every function, a sixth consumer too, small, so that it loads and has a handler",
  () => {
    const entry = join(import.meta.dirname, "gift.ts");
    const stack = synthesizeStack({
      bundled: true,
      extend: (bus) => bus.addConsumer("gift", { entry }),
    });
    const assembly = Stage.of(stack)!.synth();
    const template = readTemplate(assembly.getStackByName(stack.stackName).template);
    const functions = template.ofType("AWS::Lambda::Function");
    const gift = "OrderEventBus-dev/Default/gift/Handler/Function/Resource";
    expect(functions.map(({ path }) => path)).toContain(gift);
    for (const { path, body } of functions) {
      const asset = String(at(body, "Metadata", "aws:asset:path"));
      const folder = join(assembly.directory, asset);
      const files = ["dependencies.mjs", "index.mjs"].map((name) => join(folder, name));
      expect(readdirSync(folder).toSorted(), path).toEqual([
        ...["dependencies.mjs", "index.mjs", "index.mjs.map"],
      ]);
      expect(typeOfHandler(join(folder, "index.mjs")), path).toBe("function");
      const bytes = files.map((file) => statSync(file).size).reduce((a, b) => a + b, 0);
      expect(bytes, path).toBeLessThanOrEqual(MAX_BYTES);
      // Node walks through all of a module that names a map: the large one has none.
      const mapped = files.map((file) => readFileSync(file, "utf8").includes("sourceMappingURL="));
      expect(mapped, path).toEqual([false, true]);
      const sources = sourcesOf(join(folder, "index.mjs.map"));
      expect(sources).toContain("lambdas/aws/aws-clients.ts");
      expect(sources.filter((source) => source.endsWith(".js"))).toEqual([]);
    }
  },
  TIMEOUT_MS,
);
