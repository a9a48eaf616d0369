/** Remembers ports in the data folder, so that queue URLs and the API's address stay valid. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./atomic-file.ts";
import { freePort } from "./free-port.ts";

export type PortBook = {
  /** The port of earlier runs if it is still free, else a new one. */
  readonly port: (name: string) => Promise<number>;
};

export const openPortBook = (dataDir: string): PortBook => {
  const file = join(dataDir, "ports.json");
  const ports: Record<string, number> = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : {};
  return {
    port: async (name) => {
      const port = await freePort(ports[name]);
      ports[name] = port;
      writeAtomically(file, JSON.stringify(ports));
      return port;
    },
  };
};
