/** Writes what tools need to find the bus, in the format of `cdk deploy --outputs-file`. */
import { join } from "node:path";
import { writeAtomically } from "./atomic-file.ts";
import type { Endpoints } from "./aws-clients.ts";

export type OutputsFile = {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly endpoints: Endpoints;
};

export const outputsPath = (dataDir: string): string => join(dataDir, "outputs.json");

export const writeOutputs = (
  dataDir: string,
  { stackName, outputs, endpoints }: OutputsFile,
): void => {
  const content = { [stackName]: outputs, endpoints };
  writeAtomically(outputsPath(dataDir), `${JSON.stringify(content, null, 2)}\n`);
};
