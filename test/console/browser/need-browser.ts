/** One browser for all files of the run; without one, the run ends and says how to get it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { findBrowser, HOW_TO_GET_ONE } from "./find-browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly browserEndpoint: string;
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), "console-browser-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const found = await findBrowser(folder);
    if (found === undefined) throw new Error(HOW_TO_GET_ONE);
    const server = await chromium.launchServer({
      executablePath: found.executablePath,
      host: "127.0.0.1",
      // Some machines name no language, and what Chromium then makes of it is none.
      env: { ...process.env, LANG: "en_US.UTF-8", ...found.env },
      // CI runs as root, where Chromium refuses to start with its own sandbox.
      args: ["--no-sandbox"],
    });
    project.provide("browserEndpoint", server.wsEndpoint());
    return async () => {
      await server.close();
      remove();
    };
  } catch (error) {
    remove();
    throw error;
  }
};
