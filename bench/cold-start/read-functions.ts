/** The functions of the stack as `cdk synth` makes them: their code, and what it is started with. */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { readCloudAssembly } from "../../local/cloud-assembly.ts";
import { synthesize } from "../../local/synthesize.ts";
import { isObject, type Json, type JsonObject } from "../../local/template.ts";

const APP = resolve(import.meta.dirname, "../../bin/order-event-bus.ts");

export type Environment = Readonly<Record<string, string>>;

export type DeployedCode = {
  readonly name: string;
  readonly isConsumer: boolean;
  /** `index.mjs`. */
  readonly file: string;
  readonly codeBytes: number;
  readonly mapBytes: number;
  readonly environment: Environment;
};

const objectAt = (value: Json | undefined, ...path: readonly string[]): JsonObject => {
  const step = (at: Json | undefined, key: string) => (isObject(at) ? at[key] : undefined);
  const found = path.reduce(step, value);
  return isObject(found) ? found : {};
};

/** What Lambda sets, and what the stack sets; a name that only a deployment knows is made up. */
const environmentOf = (properties: JsonObject): Environment => {
  const variables = Object.entries(objectAt(properties, "Environment", "Variables"));
  return {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_LAMBDA_FUNCTION_NAME: "measured",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    ...Object.fromEntries(
      variables.map(([name, value]) => [name, typeof value === "string" ? value : "made-up"]),
    ),
  };
};

const bytesOf = (folder: string, ending: string): number =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

export const readFunctions = async (folder: string): Promise<readonly DeployedCode[]> => {
  const context = { stage: "dev" };
  const assembly = readCloudAssembly(await synthesize({ app: APP, dataDir: folder, context }));
  return Object.values(assembly.template.Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => {
      const properties = objectAt(Properties);
      const key = String(objectAt(properties, "Code").S3Key);
      const asset = assembly.assetFolder(key);
      if (asset === undefined) throw new Error(`the assembly has no asset ${key}`);
      const file = join(asset, "index.mjs");
      const environment = environmentOf(properties);
      // The construct's name, behind the stack's.
      const name = environment.POWERTOOLS_SERVICE_NAME?.slice(assembly.stackName.length + 1) ?? key;
      return {
        ...{ name, isConsumer: "CONSUMER" in environment, file, environment },
        codeBytes: bytesOf(asset, ".mjs"),
        mapBytes: bytesOf(asset, ".map"),
      };
    });
};
