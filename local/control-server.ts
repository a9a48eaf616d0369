/**
 * The AWS APIs that no emulator here has and our tools call, such as Lambda's, for the parts that
 * the embedded runtime plays itself. Each is a set of routes; the tools reach them by the AWS SDK's
 * own clients, with an endpoint in `outputs.json`. It listens on 127.0.0.1 alone.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { closeServer } from "./close-server.ts";
import { strangerFault } from "./refuse-strangers.ts";

/** Adds an API's routes. What none of them takes is answered 404. */
export type ControlRoutes = (app: Hono) => void;

export type ControlServer = { readonly endpoint: string; readonly stop: () => Promise<void> };

export type ControlServerOptions = {
  readonly port: number;
  readonly routes: readonly ControlRoutes[];
};

/** As Lambda takes for a call of a function. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

export const startControlServer = async ({
  port,
  routes,
}: ControlServerOptions): Promise<ControlServer> => {
  const app = new Hono({ strict: false });
  app.use(async (context, next) => {
    const { host, origin } = context.req.header();
    const fault = strangerFault({ host, origin });
    return fault === undefined ? next() : context.json({ message: fault }, 403);
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES }));
  for (const add of routes) add(app);
  app.notFound((context) => {
    const { method, path } = context.req;
    const message = `the embedded bus does not answer ${method} ${path}`;
    context.header("x-amzn-errortype", "UnknownOperationException");
    return context.json({ message }, 404);
  });
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port }) as Server;
  if (!server.listening) await once(server, "listening");
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
};
