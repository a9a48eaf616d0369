import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { admissionApi } from "./admission-api.ts";
import type { ConsoleEnv } from "./console-app.ts";
import type { ConsolePorts } from "./console-ports.ts";
import type { LiveMessage, SessionView } from "./console-views.ts";
import type { LiveFlow } from "./live-flow.ts";

export type ConsoleApiOptions = {
  readonly ports: ConsolePorts;
  readonly live: LiveFlow;
  /** Aborted when the console stops: its streams end. */
  readonly signal: AbortSignal;
};

/** So that a page, and whatever stands between, knows a quiet line from a dead one. */
const BEAT_MS = 15_000;

const streamLive = (api: Hono<ConsoleEnv>, { live, signal }: ConsoleApiOptions): void => {
  api.get("/live", (c) =>
    streamSSE(c, async (stream) => {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const send = (message: LiveMessage) =>
        void stream.writeSSE({ data: JSON.stringify(message) }).catch(() => end());
      const stops = [live.listen(send)];
      const beat = setInterval(() => void stream.write(": beat\n\n").catch(() => end()), BEAT_MS);
      stream.onAbort(end);
      signal.addEventListener("abort", () => end(), { once: true });
      await ended;
      clearInterval(beat);
      for (const stop of stops) stop();
    }),
  );
};

export const consoleApi = (options: ConsoleApiOptions): Hono<ConsoleEnv> => {
  const { ports } = options;
  const api = new Hono<ConsoleEnv>();
  api.get("/session", (c) => {
    const { stageName, operator, consumers } = ports;
    const { csrfToken } = c.get("session");
    return c.json<SessionView>({ stageName, operator, consumers, csrfToken });
  });
  api.route("/admission", admissionApi(ports, options.live.refresh));
  streamLive(api, options);
  return api;
};
