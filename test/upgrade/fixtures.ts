/**
 * The fixtures: what each released version has left in queues and tables. They are written once
 * (`write-fixtures.ts`) and never changed again; test/fixtures/README.md says why.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Item } from "../../lambdas/aws/ledger-item.ts";
import type { Sent } from "./five-consumers.ts";

export const FIXTURES = join(import.meta.dirname, "../fixtures");
export const SUMS = join(FIXTURES, "sha256.txt");

/** The format of an order's item and of a consumer's row: a new one gets the next number. */
export const FORMATS = { orders: "1", rows: "2" } as const;

export const versionsOf = (kind: "events" | "orders" | "rows" | "schemas"): string[] =>
  readdirSync(join(FIXTURES, kind)).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));

const readJson = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(FIXTURES, ...path), "utf8"));

const readFolder = <T>(...path: string[]): [name: string, content: T][] =>
  readdirSync(join(FIXTURES, ...path))
    .toSorted()
    .map((name) => [name.replace(/\.json$/, ""), readJson(...path, name) as T]);

type Envelope = { readonly subject: string; readonly sequence: string; readonly type: string };

/** Every event of a version: an order's one after the other. */
export const readEvents = (version: string): (Sent & { readonly name: string })[] =>
  readFolder<Envelope>("events", version).map(([name, event]) => ({
    name,
    orderId: event.subject,
    sequence: Number(event.sequence),
    body: JSON.stringify(event),
  }));

type Effects = { readonly orders: Readonly<Record<string, { readonly state?: object }>> };

/**
 * What the five consumers leave when they have applied every event of a version. How far a row is was
 * written down with it, and is left out: it is no effect, and version 2 of the rows counts otherwise.
 */
export const readEffects = (version: string): Readonly<Record<string, Effects>> => {
  const all = readJson("effects", `${version}.json`) as Readonly<Record<string, Effects>>;
  const statesOf = ({ orders }: Effects) =>
    Object.entries(orders).flatMap(([id, { state }]) =>
      state === undefined ? [] : [[id, { state }]],
    );
  return Object.fromEntries(
    Object.entries(all).map(([name, effects]) => [
      name,
      { ...effects, orders: Object.fromEntries(statesOf(effects)) },
    ]),
  );
};

/** Items of the orders table as DynamoDB holds them, by `<order>-<version>`. */
export const readOrders = (format: string): [name: string, item: Item][] =>
  readFolder("orders", format);

/** A consumer's rows as DynamoDB holds them, by `<order>-<sequence>`. */
export const readRows = (format: string, consumer: string) =>
  readJson("rows", format, `${consumer}.json`) as Readonly<Record<string, Item>>;

/** JSON Schemas of a version's events, by type. */
export const readSchemas = (version: string): ReadonlyMap<string, object> =>
  new Map(
    readFolder<object>("schemas", version).map(([name, schema]) => [
      name.replace(/\.schema$/, ""),
      schema,
    ]),
  );

const filesUnder = (folder: string): string[] =>
  readdirSync(join(FIXTURES, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name).slice(FIXTURES.length + 1))
    .toSorted();

/** `<SHA-256>  <file>` a line, as `sha256sum` prints it. */
export const sumsNow = (): string =>
  filesUnder("")
    .map((file) => {
      const hash = createHash("sha256").update(readFileSync(join(FIXTURES, file)));
      return `${hash.digest("hex")}  ${file}\n`;
    })
    .join("");

export const sumsThen = (): string => (existsSync(SUMS) ? readFileSync(SUMS, "utf8") : "");
