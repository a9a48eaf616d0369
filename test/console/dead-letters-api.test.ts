import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { WorkEnd } from "../../cli/console/console-ports.ts";
import type { DeadLettersView, PreviewView } from "../../cli/console/console-views.ts";
import { type RunningConsole, startConsole } from "../../cli/console/start-console.ts";
import type { RedrivePlan } from "../../cli/dead-letters/plan.ts";
import { ask, openLink } from "./ask-console.ts";
import { FAKE_ORDERS, fakePorts } from "./fake-ports.ts";

describe("the dead letters of a fake stage", () => {
  let running: RunningConsole;
  let headers: Record<string, string> = {};
  const redriven: RedrivePlan[] = [];
  const discarded: { readonly plan: RedrivePlan; readonly why: string }[] = [];
  const end = async (): Promise<WorkEnd> => ({ kind: "done", text: "done" });

  const get = async <T>(path: string): Promise<{ status: number; body: T }> => {
    const { status, body } = await ask({ port: running.port, path: `/api/${path}`, headers });
    return { status, body: JSON.parse(body) };
  };
  const post = async <T>(path: string, sent: object): Promise<{ status: number; body: T }> => {
    const question = { port: running.port, path: `/api/${path}`, method: "POST", headers };
    const { status, body } = await ask({ ...question, body: JSON.stringify(sent) });
    return { status, body: JSON.parse(body) };
  };
  const page = async (query: string) =>
    (await get<DeadLettersView>(`dead-letters/inventory?${query}`)).body.found;
  const preview = async (filter: object) =>
    (await post<PreviewView>("dead-letters/inventory/preview", filter)).body;

  beforeAll(async () => {
    const { deadLetters } = fakePorts();
    const redrive = (plan: RedrivePlan) => {
      redriven.push(plan);
      return end();
    };
    const discard = (plan: RedrivePlan, { why }: { readonly why: string }) => {
      discarded.push({ plan, why });
      return end();
    };
    const ports = fakePorts({ deadLetters: { ...deadLetters, redrive, discard } });
    running = await startConsole({ ports });
    const { cookie } = await openLink(running.link());
    headers = { cookie, origin: `http://127.0.0.1:${running.port}` };
    const { body } = await get<{ readonly csrfToken: string }>("session");
    headers = { ...headers, "x-csrf-token": body.csrfToken };
    await vi.waitUntil(() => page(""));
  });
  afterAll(() => running?.stop());

  it("come a page at a time, and all of them once", async () => {
    const ids = new Set<string>();
    for (let from = 0; from < FAKE_ORDERS; ) {
      const found = await page(`from=${from}`);
      for (const { orderId } of found?.page ?? []) ids.add(orderId);
      from += found?.size ?? FAKE_ORDERS;
    }
    expect(ids.size).toBe(FAKE_ORDERS);
  });

  it("are filtered as they are then redriven", async () => {
    const cause = "crash or timeout";
    const shown = await page(`cause=${encodeURIComponent(cause)}`);
    const { planId, orders, letters } = await preview({ cause });
    expect({ orders, letters }).toEqual(shown?.matching);
    await post("dead-letters/inventory/redrive", { planId, canary: "first" });
    expect(redriven.at(-1)?.orders.length).toBe(orders);
    expect(redriven.at(-1)?.letters).toBe(letters);
  });

  it("a preview is good for one act, of its own consumer", async () => {
    const { planId } = await preview({ orderId: "order-00007" });
    const body = { planId, why: "a test" };
    expect((await post("dead-letters/fraud/discard", body)).status).toBe(409);
    expect((await post("dead-letters/inventory/discard", body)).status).toBe(409);
    const again = await preview({ orderId: "order-00007" });
    expect(
      (await post("dead-letters/inventory/discard", { planId: again.planId, why: "x" })).status,
    ).toBe(200);
    expect(discarded).toMatchObject([{ why: "x", plan: { orders: [{ orderId: "order-00007" }] } }]);
  });

  it("are not discarded without a reason", async () => {
    const { planId } = await preview({ orderId: "order-00008" });
    for (const why of [undefined, "", "  "]) {
      const { status } = await post("dead-letters/inventory/discard", { planId, why });
      expect(status).toBe(400);
    }
  });

  it("of a consumer that does not exist are refused, with those that do", async () => {
    const { status, body } = await get<{ readonly error: string }>("dead-letters/gift");
    expect(status).toBe(404);
    expect(body.error).toContain("inventory, loyalty");
  });
});
