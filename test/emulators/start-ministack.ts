/** MiniStack on a free port of 127.0.0.1. It runs functions with the Node that runs this. */
import { dirname, join } from "node:path";
import { freePort } from "../../local/free-port.ts";
import { installMiniStack } from "./install-emulators.ts";
import { startServer } from "./server-process.ts";

export type MiniStack = { readonly url: string; readonly stop: () => Promise<void> };

/** Whatever it writes is in `dataDir`, which its maker removes. */
export const startMiniStack = async (dataDir: string): Promise<MiniStack> => {
  const { file, folder } = installMiniStack();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: [dirname(process.execPath), join(folder, "bin"), process.env.PATH].join(":"),
    ...{ HOME: dataDir, TMPDIR: dataDir },
    ...{ GATEWAY_PORT: `${port}`, BIND_HOST: "127.0.0.1" },
  };
  return { url, stop: await startServer({ name: "MiniStack", file, args: [], env, url }) };
};
