import { execFileSync } from "node:child_process";
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

// Nine runs of the bundler, each a process of its own: slow on a machine busy with other tests.
const TIMEOUT_MS = 300_000;

it(
  "bundles every function, a sixth consumer too, to a module that loads and has a handler",
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
      expect(typeOfHandler(join(assembly.directory, asset, "index.mjs")), path).toBe("function");
    }
  },
  TIMEOUT_MS,
);
