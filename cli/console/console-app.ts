/** Every request passes the same gates: our host, our origin, a session, and for a change its token. */
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import type { Asset } from "./bundle-pages.ts";
import { NO_SESSION_PAGE, PAGE } from "./page-shell.ts";
import { refuseForeign } from "./refuse-foreign.ts";
import { noStore, securityHeaders } from "./security-headers.ts";
import { SESSION_HOURS, type Session, type Sessions } from "./sessions.ts";

export type ConsoleEnv = { Variables: { session: Session } };

export type ConsoleAppOptions = {
  /** `127.0.0.1:PORT`, known once it listens. */
  readonly host: () => string;
  readonly nowMs: () => number;
  readonly sessions: Sessions;
  readonly assets: ReadonlyMap<string, Asset>;
  /** What a session may ask for. */
  readonly api: Hono<ConsoleEnv>;
};

const BODY_BYTES = 64 * 1024;
export const CSRF_HEADER = "x-csrf-token";

/** A browser keeps one jar for all ports of a host, so the name tells them apart. */
const cookieName = (host: string): string => `bus-console-${host.split(":")[1]}`;

const openLink =
  ({ host, nowMs, sessions }: ConsoleAppOptions): MiddlewareHandler =>
  async (c, next) => {
    const token = c.req.query("token");
    if (token === undefined) return next();
    // A browser that only looks ahead must not use the link up.
    if (c.req.header("sec-purpose")?.includes("prefetch")) return c.text("Later.\n", 503);
    const cookie = sessions.exchange(token, nowMs());
    if (cookie === undefined) return c.html(NO_SESSION_PAGE, 401);
    const maxAge = SESSION_HOURS * 3_600;
    setCookie(c, cookieName(host()), cookie, {
      ...{ httpOnly: true, sameSite: "Strict", path: "/", maxAge },
    });
    return c.redirect("/", 303);
  };

const needSession =
  ({ host, nowMs, sessions }: ConsoleAppOptions): MiddlewareHandler<ConsoleEnv> =>
  async (c, next) => {
    const session = sessions.find(getCookie(c, cookieName(host())), nowMs());
    if (session === undefined) {
      if (c.req.path.startsWith("/api/")) return c.json({ error: "no session" }, 401);
      return c.html(NO_SESSION_PAGE, 401);
    }
    c.set("session", session);
    return next();
  };

const needCsrfToken: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  if (c.req.method === "GET") return next();
  if (c.req.header(CSRF_HEADER) !== c.get("session").csrfToken) {
    return c.json({ error: `a change needs the header ${CSRF_HEADER}; load the page again` }, 403);
  }
  return next();
};

/** The shared parts of the two documents hold nothing of the stage. */
const serveAssets = (app: Hono<ConsoleEnv>, assets: ConsoleAppOptions["assets"]): void => {
  app.get("/assets/:name", (c) => {
    const found = assets.get(c.req.param("name"));
    if (found === undefined) return c.text("Not found.\n", 404);
    return c.body(found.body, 200, { "content-type": found.type });
  });
};

export const consoleApp = (options: ConsoleAppOptions): Hono<ConsoleEnv> => {
  const app = new Hono<ConsoleEnv>();
  app.use(securityHeaders, noStore, refuseForeign(options.host));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    return c.json({ error: error.message || error.name }, 502);
  });
  serveAssets(app, options.assets);
  app.get("/", openLink(options));
  app.use(needSession(options), needCsrfToken, bodyLimit({ maxSize: BODY_BYTES }));
  app.route("/api", options.api);
  app.all("/api/*", (c) => c.json({ error: "no such call" }, 404));
  app.get("*", (c) => c.html(PAGE));
  return app;
};
