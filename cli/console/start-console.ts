/** Serves the console on 127.0.0.1, and nowhere else. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { actRegister } from "./act-register.ts";
import { bundlePages } from "./bundle-pages.ts";
import { consoleApi } from "./console-api.ts";
import { consoleApp } from "./console-app.ts";
import type { ConsolePorts } from "./console-ports.ts";
import { deadLetterLooks } from "./dead-letter-looks.ts";
import { liveFlow } from "./live-flow.ts";
import { createSessions } from "./sessions.ts";

export type ConsoleOptions = {
  readonly ports: ConsolePorts;
  /** Without it, or with 0, a free one. */
  readonly port?: number;
};

export type RunningConsole = {
  readonly port: number;
  /** A link that one browser can open once. */
  readonly link: () => string;
  readonly stop: () => Promise<void>;
};

const HOST = "127.0.0.1";
const KEEP_MS = 15 * 60_000;

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, HOST);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};

/** Rejects when the port is in use. */
export const startConsole = async (options: ConsoleOptions): Promise<RunningConsole> => {
  const { ports } = options;
  const { nowMs, everyMs } = ports;
  const sessions = createSessions();
  const stopped = new AbortController();
  const live = liveFlow({ read: ports.readFlow, nowMs, everyMs, keepMs: KEEP_MS });
  const looks = deadLetterLooks(ports);
  const acts = actRegister(ports);
  const api = consoleApi({ ports, live, looks, acts, signal: stopped.signal });
  const assets = await bundlePages();
  let host = "";
  const app = consoleApp({ host: () => host, nowMs, sessions, assets, api });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const port = await listen(server, options.port ?? 0);
  host = `${HOST}:${port}`;
  return {
    port,
    link: () => `http://${host}/?token=${sessions.issue()}`,
    stop: async () => {
      stopped.abort();
      live.stop();
      const closed = once(server, "close");
      server.close();
      await acts.stop();
      await looks.stop();
      server.closeAllConnections();
      await closed;
    },
  };
};
