import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Stage } from "aws-cdk-lib";
import { expect, it } from "vitest";
import { at, readTemplate } from "../../lib/template-reader.ts";
import { synthesizeStack } from "./synthesize.ts";

it("bundles every function, a sixth consumer too, to a module that loads and has a handler", async () => {
  const entry = join(import.meta.dirname, "gift.ts");
  const stack = synthesizeStack({
    bundled: true,
    extend: (bus) => bus.addConsumer("gift", { entry }),
  });
  const assembly = Stage.of(stack)!.synth();
  const template = readTemplate(assembly.getStackByName(stack.stackName).template);
  const functions = template.ofType("AWS::Lambda::Function");
  expect(functions.map(({ path }) => path)).toContain(
    "OrderEventBus-dev/gift/Handler/Function/Resource",
  );
  for (const { path, body } of functions) {
    const asset = String(at(body, "Metadata", "aws:asset:path"));
    const file = pathToFileURL(join(assembly.directory, asset, "index.mjs")).href;
    const module = (await import(file)) as { handler?: unknown };
    expect(typeof module.handler, path).toBe("function");
  }
}, 60_000);
