import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { findBrowser, HOW_TO_GET_ONE } from "./find-browser.ts";

export type OpenBrowser = { readonly browser: Browser; readonly close: () => Promise<void> };

/** Rejects, and says how to get one, where no browser can be had. */
export const openBrowser = async (): Promise<OpenBrowser> => {
  const folder = mkdtempSync(join(tmpdir(), "console-browser-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const found = await findBrowser(folder);
    if (found === undefined) throw new Error(HOW_TO_GET_ONE);
    const browser = await chromium.launch({
      executablePath: found.executablePath,
      // Some machines name no language, and what Chromium then makes of it is none.
      env: { ...process.env, LANG: "en_US.UTF-8", ...found.env },
      // CI runs as root, where Chromium refuses to start with its own sandbox.
      args: ["--no-sandbox"],
    });
    const close = async () => {
      await browser.close();
      remove();
    };
    return { browser, close };
  } catch (error) {
    remove();
    throw error;
  }
};
