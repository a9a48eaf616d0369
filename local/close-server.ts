import { once } from "node:events";
import type { Server } from "node:http";

/** Lets what is being answered end, and waits for it. */
export const closeServer = async (server: Server): Promise<void> => {
  const closed = once(server, "close");
  server.close();
  // A connection that is answering now is idle only afterwards, and would else be kept for seconds.
  const timer = setInterval(() => server.closeIdleConnections(), 20);
  await closed;
  clearInterval(timer);
};
