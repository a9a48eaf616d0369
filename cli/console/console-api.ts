import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { ActRegister } from "./act-register.ts";
import { admissionApi } from "./admission-api.ts";
import type { ConsoleEnv } from "./console-app.ts";
import type { ConsolePorts } from "./console-ports.ts";
import type { LiveMessage, SessionView } from "./console-views.ts";
import type { DeadLetterLooks } from "./dead-letter-looks.ts";
import { deadLettersApi } from "./dead-letters-api.ts";
import type { LiveFlow } from "./live-flow.ts";

export type ConsoleApiOptions = {
  readonly ports: ConsolePorts;
  readonly live: LiveFlow;
  readonly looks: DeadLetterLooks;
  readonly acts: ActRegister;
  /** Aborted when the console stops: its streams end. */
  readonly signal: AbortSignal;
};

/** So that a page, and whatever stands between, knows a quiet line from a dead one. */
const BEAT_MS = 15_000;

/** Everything that a page is told by itself; returns how to stop telling. */
const tell = ({ live, looks, acts }: ConsoleApiOptions, send: (message: LiveMessage) => void) => {
  const sendLooks = () => send({ kind: "looks", looks: looks.views() });
  const sendActs = () => send({ kind: "acts", acts: acts.list() });
  sendLooks();
  sendActs();
  const stops = [looks.listen(sendLooks), acts.listen(sendActs), live.listen(send)];
  return () => {
    for (const stop of stops) stop();
  };
};

const streamLive = (api: Hono<ConsoleEnv>, options: ConsoleApiOptions): void => {
  api.get("/live", (c) =>
    streamSSE(c, async (stream) => {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const stop = tell(options, (message) => {
        stream.writeSSE({ data: JSON.stringify(message) }).catch(() => end());
      });
      const beat = setInterval(() => void stream.write(": beat\n\n").catch(() => end()), BEAT_MS);
      stream.onAbort(end);
      options.signal.addEventListener("abort", () => end(), { once: true });
      await ended;
      clearInterval(beat);
      stop();
    }),
  );
};

export const consoleApi = (options: ConsoleApiOptions): Hono<ConsoleEnv> => {
  const { ports, live, looks, acts } = options;
  const api = new Hono<ConsoleEnv>();
  api.get("/session", (c) => {
    const { stageName, operator, consumers } = ports;
    const { csrfToken } = c.get("session");
    return c.json<SessionView>({ stageName, operator, consumers, csrfToken });
  });
  api.get("/orders/:orderId", async (c) => {
    const timeline = await ports.readTimeline(c.req.param("orderId"));
    return timeline === undefined ? c.json({ error: "no such order" }, 404) : c.json(timeline);
  });
  api.route("/admission", admissionApi(ports, live.refresh));
  api.route("/dead-letters", deadLettersApi({ ports, looks, acts, onEnd: live.refresh }));
  api.post("/acts/:id/cancel", (c) => {
    if (acts.cancel(c.req.param("id"))) return c.json({});
    return c.json({ error: "it has ended already" }, 409);
  });
  streamLive(api, options);
  return api;
};
