/** The console over the embedded bus, with real dead letters, in a real browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stagePorts } from "../../../cli/console/stage-ports.ts";
import { type RunningConsole, startConsole } from "../../../cli/console/start-console.ts";
import { readTimeline } from "../../../cli/order/read-timeline.ts";
import { readStatus } from "../../../cli/status/read-status.ts";
import { drain } from "../../end-to-end/start-bus.ts";
import {
  connectBrowser,
  expectAccessible,
  expectFits,
  focused,
  LOOKS,
  type Look,
  type OpenPage,
  openPage,
  shoot,
  tabTo,
} from "./open-pages.ts";
import {
  LETTERS_AN_ORDER,
  POISONED_LETTERS,
  POISONED_ORDERS,
  type PoisonedBus,
  startPoisonedBus,
} from "./start-poisoned-bus.ts";

const [FIRST = ""] = POISONED_ORDERS;
const LAST = POISONED_ORDERS.at(-1) ?? "";
const LETTERS_LEFT = POISONED_LETTERS - LETTERS_AN_ORDER;
const WHY = "sold out, refunded by hand";

const PAGES = [
  { name: "flow", path: "/", ready: `${POISONED_LETTERS} dead letters at inventory` },
  { name: "orders", path: "/orders", ready: "Which order?" },
  { name: "order", path: `/orders/${FIRST}`, ready: "gave up on event 1" },
  { name: "dead-letters", path: "/dead-letters", ready: "1 to 4 of 4" },
  { name: "admission", path: "/admission", ready: "What presses on the door" },
];

/** Both schemes and both widths are judged, in two of the four looks: axe takes its time. */
const expectGood = (page: Page, { scheme, width }: Look): Promise<void> =>
  (scheme === "light") === width > 1_000 ? expectAccessible(page) : expectFits(page);

describe("the console of a bus with dead letters", () => {
  let browser: Browser;
  let world: PoisonedBus;
  let running: RunningConsole;
  let open: OpenPage;
  let page: Page;
  const changes: string[] = [];

  const go = async (path: string) => {
    await page.goto(`http://127.0.0.1:${running.port}${path}`);
  };
  const inventory = async () => {
    const { consumers, admission } = await readStatus(world.bus.stage);
    const { deadLetters } = consumers.find(({ name }) => name === "inventory") ?? {};
    return { deadLetters, door: admission.door.kind, forced: admission.state.forced };
  };

  beforeAll(async () => {
    browser = await connectBrowser();
    world = await startPoisonedBus();
    const onChange = (text: string) => changes.push(text);
    running = await startConsole({ ports: stagePorts(world.bus.stage, { onChange }) });
    open = await openPage(browser);
    ({ page } = open);
    await page.goto(running.link());
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    await world?.bus.stop();
  });

  it("opens by its link, which is then dead for everybody else", async () => {
    const link = running.link();
    const first = await openPage(browser);
    await first.page.goto(link);
    await first.page.getByRole("heading", { name: "Flow" }).waitFor();
    expect(first.page.url()).toBe(`http://127.0.0.1:${running.port}/`);
    const second = await openPage(browser);
    await second.page.goto(link);
    await second.page.getByRole("heading", { name: "This page needs its link" }).waitFor();
    await expectAccessible(second.page);
    await first.context.close();
    await second.context.close();
  });

  it("shows the alarm that rings, and where the runbook tells what to do", async () => {
    await page.getByText("inventory/Stuck rings").waitFor();
    await page.getByText("docs/operations.md#an-order-is-stuck").waitFor();
  });

  it.each(LOOKS)("can be read and used by everybody, $scheme, $width px wide", async (look) => {
    const storageState = await open.context.storageState();
    const { page: shown, context, complaints } = await openPage(browser, look, { storageState });
    for (const { name, path, ready } of PAGES) {
      await shown.goto(`http://127.0.0.1:${running.port}${path}`);
      await shown.getByText(ready).first().waitFor();
      await expectGood(shown, look);
      await shoot(shown, name, look);
    }
    await shown.goto(`http://127.0.0.1:${running.port}/dead-letters`);
    for (const what of ["Redrive", "Discard"]) {
      const button = shown
        .getByRole("button", { name: new RegExp(`^${what} (order|the)`) })
        .first();
      // They are listed as the queue gives them out, which is not as they were placed.
      const label = (await button.getAttribute("aria-label")) ?? "no label";
      const clicked = label.split(" ").at(-1) ?? "";
      expect(POISONED_ORDERS).toContain(clicked);
      await button.click();
      await shown.getByRole("dialog").getByText(clicked).waitFor();
      await expectGood(shown, look);
      await shoot(shown, `${what.toLowerCase()}-dialog`, look);
      await shown.getByRole("button", { name: "Leave it" }).click();
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("is walked through with the keyboard alone", async () => {
    await go("/");
    await page.getByRole("heading", { name: "Flow" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the page");
    for (const [link, heading] of [
      [/^Orders$/, "Orders"],
      [/^Dead letters/, "Dead letters"],
      [/^Admission$/, "Admission"],
      [/^Flow$/, "Flow"],
    ] as const) {
      await page.evaluate("document.querySelector('.skip').focus()");
      await tabTo(page, link);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      // The focus goes on from the new page's heading.
      await expect.poll(() => focused(page)).toBe(heading);
    }
    await go("/orders");
    await page.getByRole("searchbox", { name: "Order id" }).focus();
    await page.keyboard.type(FIRST);
    await page.keyboard.press("Enter");
    await page.getByText("inventory gave up on event 1: not retryable").waitFor();
    await page.goBack();
    await page.getByText("Which order?").waitFor();
  });

  it("discards an order's dead event with a reason, by keyboard, and its followers go on", async () => {
    await go(`/dead-letters/inventory?orderId=${LAST}`);
    await page.getByText("1 to 1 of 1").waitFor();
    await tabTo(page, /^Discard the dead event/);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText(LAST).waitFor();
    // The form begins with its first field.
    await expect.poll(() => page.evaluate<string>("document.activeElement.id")).toBe("why");
    await page.keyboard.type(WHY);
    await page.keyboard.press("Enter");
    await page.getByText("1 of 1 events were discarded").waitFor();
    await page.getByText("No order matches").waitFor();
    const { events = [], consumers } = (await readTimeline(world.bus.stage, LAST)) ?? {};
    const { applied, discarded } = consumers?.find((one) => one.consumer === "inventory") ?? {};
    // The step before the last one; nothing is written for the last one there.
    expect(applied).toBe(events.length - 1);
    expect(discarded).toMatchObject([
      { seq: 1, why: WHY, who: stagePorts(world.bus.stage, { onChange: () => {} }).operator },
    ]);
    expect(await inventory()).toMatchObject({ deadLetters: LETTERS_LEFT });
  });

  it("stops a redrive at its first order while the cause is still there", async () => {
    await go("/dead-letters/inventory");
    await page.getByRole("button", { name: "Redrive all of inventory" }).click();
    await page.getByRole("button", { name: `Redrive ${LETTERS_LEFT} letters` }).click();
    await page.getByText("stopped by the canary").waitFor();
    await page.getByText(/event 1 of poisoned-\d failed again/).waitFor();
    await shoot(page, "canary-failed", LOOKS[0] ?? { scheme: "light", width: 1280 });
    // It dies anew, and comes back as a dead letter.
    await drain(world.bus.stage);
    expect(await inventory()).toMatchObject({ deadLetters: LETTERS_LEFT });
  });

  it("redrives what is left once the cause is mended, and sees it go", async () => {
    await world.repair();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText(`${LETTERS_LEFT} letters`, { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Redrive all of inventory" }).click();
    await page.getByRole("button", { name: `Redrive ${LETTERS_LEFT} letters` }).click();
    await page.getByText(`redriven: ${LETTERS_LEFT} of ${LETTERS_LEFT} letters`).waitFor();
    await page.getByText("No dead letters.").waitFor();
    await shoot(page, "redriven", LOOKS[0] ?? { scheme: "light", width: 1280 });
    const audit = await drain(world.bus.stage);
    expect(audit).toMatchObject({ ok: true, problems: [] });
    expect(await inventory()).toMatchObject({ deadLetters: 0 });
    await go("/");
    await page.getByText("5 consumers, no event waits.").waitFor();
    expect(await page.getByText("stand still").count()).toBe(0);
  });

  it("closes admission for a time and a reason, tells who, and releases it", async () => {
    await go("/admission");
    await page.getByRole("radio", { name: "closed" }).check();
    await page.getByRole("textbox", { name: "Why" }).fill("stocktaking");
    await page.getByRole("button", { name: "Force it …" }).click();
    await page.getByRole("button", { name: "Force it closed" }).click();
    await page.getByRole("heading", { name: "The shop takes no new orders" }).waitFor();
    const { door, forced } = await inventory();
    expect({ door, forced }).toMatchObject({ door: "closed", forced: { why: "stocktaking" } });
    await expectAccessible(page);
    await shoot(page, "admission-closed", LOOKS[0] ?? { scheme: "light", width: 1280 });
    await page.getByRole("button", { name: "Release it" }).click();
    await page.getByRole("heading", { name: "The shop takes new orders" }).waitFor();
    expect((await inventory()).forced).toBeUndefined();
  });

  it("has told who did what, and nothing of it broke a rule of the pages", () => {
    expect(changes.map((text) => text.split(": ")[1]?.split(/,| until/)[0])).toEqual([
      "discard at inventory",
      "discard at inventory",
      "redrive at inventory",
      "redrive at inventory",
      "redrive at inventory",
      "redrive at inventory",
      "admission forced closed",
      "admission released",
    ]);
    expect(open.complaints).toEqual([]);
  });
});
