/** What the page of the admission door reads and changes. */
import { Hono } from "hono";
import * as v from "valibot";
import type { ConsoleEnv } from "./console-app.ts";
import type { ConsolePorts } from "./console-ports.ts";
import { readBody } from "./read-body.ts";

const MAX_WHY = 500;
/** An order that somebody forgot must end by itself. */
const MOST_MS = 7 * 86_400_000;

const orderSchema = v.object({
  position: v.picklist(["open", "closed"]),
  why: v.pipe(v.string(), v.trim(), v.minLength(1, "say why"), v.maxLength(MAX_WHY)),
  untilMs: v.pipe(v.number(), v.integer()),
});

export const admissionApi = (
  { admission, nowMs, operator, onChange }: ConsolePorts,
  refresh: () => void,
) => {
  const api = new Hono<ConsoleEnv>();
  api.post("/force", async (c) => {
    const order = await readBody(c, orderSchema);
    const lastsMs = order.untilMs - nowMs();
    if (lastsMs <= 0 || lastsMs > MOST_MS) {
      return c.json({ error: "its end must be within 7 days from now" }, 400);
    }
    await admission.force(order);
    const untilTime = new Date(order.untilMs).toISOString();
    onChange(`${operator}: admission forced ${order.position} until ${untilTime}: ${order.why}`);
    refresh();
    return c.json({});
  });
  api.post("/release", async (c) => {
    await admission.release();
    onChange(`${operator}: admission released`);
    refresh();
    return c.json({});
  });
  return api;
};
