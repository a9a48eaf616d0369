import { stagePorts } from "../cli/console/stage-ports.ts";
import { type RunningConsole, startConsole } from "../cli/console/start-console.ts";
import { readOutputs } from "../cli/read-outputs.ts";
import { connectToStage } from "../cli/stage-clients.ts";
import { freePort } from "./free-port.ts";
import { outputsPath } from "./outputs-file.ts";

/** The web console of the bus in a data folder; where its port is in use, at a free one. */
export const openConsole = async (dataDir: string, port: number): Promise<RunningConsole> => {
  const stage = connectToStage(await readOutputs({ outputsFile: outputsPath(dataDir) }));
  return startConsole({
    ports: stagePorts(stage, { onChange: console.log }),
    port: await freePort(port),
  });
};
