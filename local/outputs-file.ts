/** Writes what tools need to find the bus, in the format of `cdk deploy --outputs-file`. */
import { join } from "node:path";
import { writeAtomically } from "./atomic-file.ts";
import type { Endpoints } from "./aws-clients.ts";

/** Where tools find the bus: the emulators, and what the runtime answers itself. */
export type ToolEndpoints = Endpoints & {
  readonly AWS_ENDPOINT_URL_LAMBDA: string;
  readonly AWS_ENDPOINT_URL_CLOUDWATCH: string;
};

export type OutputsFile = {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly endpoints: ToolEndpoints;
};

export const outputsPath = (dataDir: string): string => join(dataDir, "outputs.json");

export const writeOutputs = (
  dataDir: string,
  { stackName, outputs, endpoints }: OutputsFile,
): void => {
  const content = { [stackName]: outputs, endpoints };
  writeAtomically(outputsPath(dataDir), `${JSON.stringify(content, null, 2)}\n`);
};
