import { once } from "node:events";
import { createServer } from "node:net";

const tryPort = async (port: number): Promise<number | undefined> => {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" ? address?.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
};

/** The wanted port if nothing listens there, else any free one. */
export const freePort = async (wanted = 0): Promise<number> => {
  const port = (await tryPort(wanted)) ?? (await tryPort(0));
  if (port === undefined) throw new Error("no free port on 127.0.0.1");
  return port;
};

export const isPortFree = async (port: number): Promise<boolean> =>
  (await tryPort(port)) !== undefined;
