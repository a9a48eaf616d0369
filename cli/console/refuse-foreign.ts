/**
 * What keeps other web pages out. A page of another site that makes this browser call us is told
 * from ours by what the browser says of it; a name that was rebound to 127.0.0.1 is told by `Host`.
 */
import type { MiddlewareHandler } from "hono";

/** What a browser says of a call that our own page, or the person at the keyboard, has made. */
const OWN_SITE = ["same-origin", "none"];

export const refuseForeign =
  (host: () => string): MiddlewareHandler =>
  async (c, next) => {
    const refuse = (why: string) => c.text(`Refused: ${why}.\n`, 403);
    if (c.req.header("host") !== host()) return refuse(`this is only ${host()}`);
    const reads = c.req.method === "GET";
    if (!reads && c.req.method !== "POST") return c.text("Only GET and POST.\n", 405);
    const origin = c.req.header("origin");
    // A browser names the origin of every POST, so one without it is not of our pages.
    const ownOrigin = origin === undefined ? reads : origin === `http://${host()}`;
    if (!ownOrigin) return refuse("the request comes from another origin");
    const site = c.req.header("sec-fetch-site");
    if (site !== undefined && !OWN_SITE.includes(site)) {
      return refuse("the request comes from another site");
    }
    return next();
  };
