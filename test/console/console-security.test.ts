import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningConsole, startConsole } from "../../cli/console/start-console.ts";
import { ask, openLink } from "./ask-console.ts";
import { fakePorts } from "./fake-ports.ts";

const FORCE = JSON.stringify({
  position: "closed",
  why: "a test",
  untilMs: Date.now() + 3_600_000,
});
const FOREIGN_SITES = ["cross-site", "same-site"];

describe("the console", () => {
  let running: RunningConsole;
  let changes = 0;
  let cookie = "";
  let csrfToken = "";

  const get = (path: string, headers: Record<string, string> = {}) =>
    ask({ port: running.port, path, headers: { cookie, ...headers } });
  const force = (headers: Record<string, string>) =>
    ask({
      ...{ port: running.port, path: "/api/admission/force", method: "POST", body: FORCE },
      headers: { cookie, "content-type": "application/json", ...headers },
    });
  const own = () => ({ origin: `http://127.0.0.1:${running.port}`, "x-csrf-token": csrfToken });

  beforeAll(async () => {
    const { admission } = fakePorts();
    const counting = async () => {
      changes++;
      return admission.release();
    };
    running = await startConsole({
      ports: fakePorts({ admission: { force: counting, release: counting } }),
    });
    ({ cookie } = await openLink(running.link()));
    csrfToken = JSON.parse((await get("/api/session")).body).csrfToken;
  });
  afterAll(() => running?.stop());

  it("shows nothing without a session", async () => {
    for (const path of ["/", "/orders/o-1", "/api/session", "/api/live", "/api/admission"]) {
      const { status, body } = await get(path, { cookie: "" });
      expect({ path, status }).toEqual({ path, status: 401 });
      expect(body).not.toContain("OrderEventBus-fake");
    }
    for (const forged of ["x", cookie.slice(0, -2), `${cookie}x`]) {
      expect((await get("/", { cookie: forged })).status).toBe(401);
    }
  });

  it("takes a link once, and gives a cookie that no script and no other site can use", async () => {
    const link = running.link();
    const first = await openLink(link);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe("/");
    expect(first.attributes).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(first.attributes).toContain("Path=/");
    const again = await openLink(link);
    expect(again).toMatchObject({ status: 401, cookie: "" });
    expect((await get("/", { cookie: first.cookie })).status).toBe(200);
  });

  it("does not use a link up for a browser that only looks ahead, or for another site", async () => {
    const link = running.link();
    expect((await openLink(link, { "sec-purpose": "prefetch" })).cookie).toBe("");
    expect((await openLink(link, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await openLink(link)).status).toBe(303);
  });

  it("refuses a guessed token", async () => {
    const { status } = await openLink(`http://127.0.0.1:${running.port}/?token=guess`);
    expect(status).toBe(401);
  });

  it("answers to no other name, as a rebound one would have", async () => {
    for (const host of ["evil.example", `localhost:${running.port}`, "127.0.0.1", "127.0.0.1:1"]) {
      expect((await get("/api/session", { host })).status).toBe(403);
    }
  });

  it("refuses what another origin or site asks, whatever it asks", async () => {
    const origins = ["http://evil.example", "null", `http://127.0.0.1:${running.port + 1}`];
    for (const origin of origins) {
      expect((await get("/api/session", { origin })).status).toBe(403);
      expect((await force({ ...own(), origin })).status).toBe(403);
    }
    for (const site of FOREIGN_SITES) {
      expect((await get("/", { "sec-fetch-site": site })).status).toBe(403);
      expect((await force({ ...own(), "sec-fetch-site": site })).status).toBe(403);
    }
    expect(changes).toBe(0);
  });

  it("changes nothing without the origin and the page's own token", async () => {
    const { origin, "x-csrf-token": token } = own();
    expect((await force({ origin })).status).toBe(403);
    expect((await force({ origin, "x-csrf-token": `${token}x` })).status).toBe(403);
    expect((await force({ "x-csrf-token": token })).status).toBe(403);
    expect((await force({ ...own(), cookie: "" })).status).toBe(401);
    expect(changes).toBe(0);
    expect((await force(own())).status).toBe(200);
    expect(changes).toBe(1);
  });

  it("takes no other method", async () => {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]) {
      const { status } = await ask({ port: running.port, path: "/", method, headers: { cookie } });
      expect({ method, status }).toEqual({ method, status: 405 });
    }
  });

  it("lets in no script but its own, no frame, no copy and no referrer", async () => {
    for (const path of ["/", "/api/session", "/assets/main.js", "/assets/none"]) {
      const { headers } = await get(path);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect((await get("/")).body).not.toMatch(/<script(?![^>]* src=)|\son\w+=|<style|style="/);
  });

  it("listens on 127.0.0.1 only", async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .map(({ address }) => address)
      .filter((address) => address !== "127.0.0.1" && !address.startsWith("fe80"));
    for (const host of [...others, "127.0.0.2", "::1"]) {
      const socket = connect({ host, port: running.port });
      await expect(once(socket, "connect"), host).rejects.toThrow();
      socket.destroy();
    }
  });

  it("refuses a body that is too large", async () => {
    const { status } = await ask({
      ...{ port: running.port, path: "/api/admission/force", method: "POST" },
      headers: { cookie, ...own(), "content-type": "application/json" },
      body: JSON.stringify({ why: "x".repeat(70_000) }),
    });
    expect(status).toBe(413);
    expect(changes).toBe(1);
  });
});
