/** FAKE ports: what a small bus cannot show, above all 10,000 dead letters. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningConsole, startConsole } from "../../../cli/console/start-console.ts";
import { FAKE_ORDERS, fakeFlow, fakePorts } from "../fake-ports.ts";
import {
  connectBrowser,
  expectAccessible,
  expectFits,
  LOOKS,
  openPage,
  shoot,
} from "./open-pages.ts";

const LETTERS = 10_000;
const PAGE_SIZE = 50;
/** The other two are of the real bus, which has all pages in all of them. */
const TWO_LOOKS = LOOKS.filter(({ scheme, width }) => (scheme === "light") === width > 1_000);

describe("the console over a fake stage with 10,000 dead letters", () => {
  let browser: Browser;
  let running: RunningConsole;
  let page: Page;
  let answers = true;

  beforeAll(async () => {
    browser = await connectBrowser();
    const readFlow = async () => {
      if (answers) return fakeFlow(Date.now());
      throw new Error("the stage does not answer");
    };
    running = await startConsole({ ports: fakePorts({ readFlow, everyMs: 100 }) });
    ({ page } = await openPage(browser));
    await page.goto(running.link());
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  it.each(TWO_LOOKS)(
    "shows traffic, alarms and all letters, $scheme, $width px wide",
    async (look) => {
      const storageState = await page.context().storageState();
      const { page: shown, context, complaints } = await openPage(browser, look, { storageState });
      await shown.goto(`http://127.0.0.1:${running.port}/`);
      await shown.getByText("inventory-dead-letters").waitFor();
      await shown.locator(".chart canvas").nth(2).waitFor();
      await expectAccessible(shown);
      await shoot(shown, "fake-flow", look);
      await shown.goto(`http://127.0.0.1:${running.port}/dead-letters/inventory`);
      await shown.getByText("1 to 50 of 9,000").waitFor();
      await expectFits(shown);
      await shoot(shown, "fake-dead-letters", look);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it("does not jump while its figures change", async () => {
    await page.goto(`http://127.0.0.1:${running.port}/`);
    await page.locator(".chart canvas").nth(2).waitFor();
    await page.evaluate(`
      window.jumps = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.jumps += entry.value;
      }).observe({ type: "layout-shift" });
    `);
    const drawn = () =>
      page.evaluate<string>("document.querySelector('.spark path').getAttribute('d')");
    for (let change = 0; change < 5; change++) {
      const before = await drawn();
      await expect.poll(drawn, { timeout: 10_000 }).not.toBe(before);
    }
    expect(await page.evaluate<number>("window.jumps")).toBeLessThan(0.01);
  });

  it("pages through them, each order once, with the focus where it was", async () => {
    await page.goto(`http://127.0.0.1:${running.port}/dead-letters/inventory`);
    const seen = new Set<string>();
    const next = page.getByRole("button", { name: "Next" });
    await next.waitFor();
    await next.focus();
    for (let from = 0; from < FAKE_ORDERS; from += PAGE_SIZE) {
      const last = Math.min(from + PAGE_SIZE, FAKE_ORDERS);
      const range = `${(from + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of 9,000`;
      await page.getByText(range, { exact: true }).waitFor();
      const ids = await page.locator("tbody th .id").allTextContents();
      expect(ids.length).toBe(last - from);
      for (const id of ids) seen.add(id);
      await page.keyboard.press("Enter");
    }
    expect(seen.size).toBe(FAKE_ORDERS);
    expect(await page.evaluate<string>("document.activeElement.textContent")).toBe("Next");
  });

  it("filters them by cause and finds one order", async () => {
    await page.getByRole("button", { name: "crash or timeout", exact: true }).click();
    await page.getByText("1 to 50 of 93").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("searchbox", { name: "Order id" }).fill("order-07777");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByText("1 to 1 of 1").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
  });

  it("shows how far a redrive is, on every open page, and stops it on demand", async () => {
    const storageState = await page.context().storageState();
    const second = await openPage(browser, LOOKS[1], { storageState });
    await second.page.goto(`http://127.0.0.1:${running.port}/dead-letters/inventory`);
    await page.getByRole("button", { name: "Redrive all of inventory" }).click();
    await page.getByRole("button", { name: /^Redrive 10,000 letters/ }).click();
    const progress = second.page.getByRole("progressbar", { name: "Redrive progress" });
    const done = () => progress.getAttribute("value").then(Number);
    await expect.poll(done).toBeGreaterThan(0);
    await shoot(second.page, "fake-redriving", LOOKS[1] ?? { scheme: "dark", width: 1280 });
    await second.page.getByRole("button", { name: "Stop it" }).click();
    await page.getByText("stopped", { exact: true }).waitFor();
    expect(await done()).toBeLessThan(LETTERS);
    await second.context.close();
  });

  it("says so when the stage does not answer, keeps what it knew, and recovers", async () => {
    await page.goto(`http://127.0.0.1:${running.port}/`);
    await page.getByText("inventory-dead-letters").waitFor();
    answers = false;
    await page.getByRole("alert").getByText("the stage does not answer").waitFor();
    await page.getByText("inventory-dead-letters").waitFor();
    await shoot(page, "fake-unreachable", LOOKS[0] ?? { scheme: "light", width: 1280 });
    answers = true;
    await page.getByRole("alert").waitFor({ state: "detached" });
  });
});
