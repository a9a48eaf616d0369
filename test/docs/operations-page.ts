/** `docs/operations.md` as its test sees it: sections, and what a person is told to type. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Typed = {
  readonly section: string;
  /** A whole line of `bus`, or a whole block of anything else: its lines belong together. */
  readonly text: string;
};

const page = readFileSync(join(import.meta.dirname, "../../docs/operations.md"), "utf8");

const BLOCK = /^```sh( names)?\n(.*?)^```$/gms;

const sections = page
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const [heading = ""] = text.split("\n");
    const blocks = [...text.matchAll(BLOCK)].map(([, names, code = ""]) => ({
      kind: names === undefined ? "typed" : "names",
      code: code.trim(),
    }));
    return { heading, text, blocks };
  });

export const headings: readonly string[] = sections.map(({ heading }) => heading);

export const textOf = (heading: string): string =>
  sections.find((section) => section.heading === heading)?.text ?? "";

/** What every block for the AWS CLI begins with. */
export const names: string = sections
  .flatMap(({ blocks }) => blocks)
  .filter(({ kind }) => kind === "names")
  .map(({ code }) => code)
  .join("\n");

const isBusBlock = (code: string) => code.split("\n").every((line) => line.startsWith("bus "));

export const typed: readonly Typed[] = sections.flatMap(({ heading, blocks }) =>
  blocks
    .filter(({ kind }) => kind === "typed")
    .flatMap(({ code }) => (isBusBlock(code) ? code.split("\n") : [code]))
    .map((text) => ({ section: heading, text })),
);

/** Each once, however many sections tell it. */
export const typedTexts: readonly string[] = [...new Set(typed.map(({ text }) => text))];
