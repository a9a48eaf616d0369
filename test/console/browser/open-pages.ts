/** Pages of the browser in the schemes and widths that the console is made for. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect, inject } from "vitest";

export const connectBrowser = (): Promise<Browser> => chromium.connect(inject("browserEndpoint"));

export type Look = { readonly scheme: "light" | "dark"; readonly width: number };

export const LOOKS: readonly Look[] = [
  { scheme: "light", width: 1280 },
  { scheme: "dark", width: 1280 },
  { scheme: "light", width: 400 },
  { scheme: "dark", width: 400 },
];
const [WIDE = { scheme: "light", width: 1280 }] = LOOKS;

const SHOTS = join(import.meta.dirname, "..", "..", "..", "reports", "console");
const HEIGHT = 860;

export type OpenPage = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of: a script's error, a refused style, a failed load. */
  readonly complaints: readonly string[];
};

export const openPage = async (
  browser: Browser,
  look: Look = WIDE,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<OpenPage> => {
  const viewport = { width: look.width, height: HEIGHT };
  const context = await browser.newContext({ colorScheme: look.scheme, viewport, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  return { page, context, complaints };
};

/** Kept by CI. */
export const shoot = async (page: Page, name: string, { scheme, width }: Look): Promise<void> => {
  mkdirSync(SHOTS, { recursive: true });
  const path = join(SHOTS, `${name}-${scheme}-${width}.png`);
  await page.screenshot({ path, fullPage: true, animations: "disabled" });
};

/** Nothing must be scrolled to sideways. */
export const expectFits = async (page: Page): Promise<void> => {
  const [needed, given] = await page.evaluate<[number, number]>(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  );
  expect(needed).toBeLessThanOrEqual(given);
};

/** And no serious or critical finding of axe's. */
export const expectAccessible = async (page: Page): Promise<void> => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  expect(grave).toEqual([]);
  await expectFits(page);
};

/** The name of what has the focus, as a screen reader would begin to say it. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(
    "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()",
  );

/** By the Tab key alone, as often as it takes, but not for ever. */
export const tabTo = async (page: Page, wanted: RegExp): Promise<void> => {
  const passed: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const name = await focused(page);
    if (wanted.test(name)) return;
    passed.push(name);
  }
  throw new Error(`the Tab key does not come to ${wanted}, only to ${passed.join(" | ")}`);
};
