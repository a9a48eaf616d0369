import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { openFunctionLog } from "../../local/function-log.ts";
import { until } from "../emulators/until.ts";
import { temporaryFolder } from "./small-stack.ts";

test("lines are kept in order, metrics are handed on, and what comes after the end is left out", async () => {
  const file = join(temporaryFolder(), "probe.log");
  const metrics: unknown[] = [];
  const content = () => (existsSync(file) ? readFileSync(file, "utf8") : "");
  const log = openFunctionLog(file, "probe", (metric) => metrics.push(metric));
  const output = new PassThrough();
  log.read(output);
  output.write('first\n{"_aws":{},"Applied":1}\n');
  await until("the metric is read", () => metrics.length);
  log.write("by the runtime");
  log.end();
  output.end("too late\n");
  const lines = 'first\n{"_aws":{},"Applied":1}\nby the runtime\n';
  await until("all is on disk", () => content() === lines);
  expect(metrics).toEqual([{ _aws: {}, Applied: 1 }]);
});
