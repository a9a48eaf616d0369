/** The bus in a process of its own, which takes orders over IPC: to be killed by a test. */
import { startEmbeddedBus } from "../../local/embedded-bus.ts";
import type { JsonObject } from "../../local/template.ts";

export type BusOptions = {
  readonly dataDir: string;
  readonly settings: JsonObject;
  /** One consumer that finds its DynamoDB elsewhere. */
  readonly astray: { readonly consumer: string; readonly dynamoUrl: string };
};
export type FromBus =
  | { readonly kind: "up"; readonly apiUrl: string; readonly functionNames: readonly string[] }
  | { readonly kind: "killed"; readonly environments: number };
export type ToBus = { readonly kill: string };

const { dataDir, settings, astray }: BusOptions = JSON.parse(process.argv[2] ?? "{}");
const bus = await startEmbeddedBus({
  dataDir,
  context: { settings },
  functionEnvironment: (name): Readonly<Record<string, string>> =>
    name.includes(astray.consumer) ? { AWS_ENDPOINT_URL_DYNAMODB: astray.dynamoUrl } : {},
});
const tell = (message: FromBus) => process.send?.(message);

process.on("message", ({ kill }: ToBus) => {
  const environments = bus.functionPids(kill).length;
  bus.killFunction(kill);
  tell({ kind: "killed", environments });
});
process.once("SIGTERM", async () => {
  await bus.stop();
  process.exit(0);
});
tell({ kind: "up", apiUrl: bus.apiUrl, functionNames: bus.functionNames });
