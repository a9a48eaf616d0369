/**
 * `npm run fixtures`: writes what today's code leaves in queues and tables, where that version has
 * no fixtures yet. What is there is never written again.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { eventSchemas } from "../../cli/event-schemas.ts";
import { rowToItem } from "../../lambdas/aws/ledger-item.ts";
import { composeEvent } from "../../lambdas/core/compose-event.ts";
import { SCHEMA_VERSION } from "../../lambdas/core/order-event.ts";
import { FIVE, workOf } from "./five-consumers.ts";
import { fixtureOrders } from "./fixture-orders.ts";
import { FIXTURES, FORMATS, SUMS, sumsNow, sumsThen } from "./fixtures.ts";
import { rowsWithLives } from "./rows-with-lives.ts";

type Files = Readonly<Record<string, unknown>>;

const events = fixtureOrders()
  .flat()
  .map((order) => composeEvent(order, order.version));

const eventFiles = (): Files =>
  Object.fromEntries(
    events.map((event) => [`${event.subject}-${event.sequence}-${event.type}`, event]),
  );

const orderFiles = (): Files =>
  Object.fromEntries(
    fixtureOrders().flatMap((versions) =>
      versions.map((order) => [
        `${order.orderId}-${order.version}`,
        marshall(order, { removeUndefinedValues: true }),
      ]),
    ),
  );

/** Each consumer's rows after each event, and all that it has left after the last. */
const consume = async (): Promise<{ readonly rows: Files; readonly effects: Files }> => {
  const rows: Record<string, unknown> = { "rows-with-lives": rowsWithLives() };
  const effects: Record<string, unknown> = {};
  for (const [name, consumer] of FIVE) {
    const work = workOf(consumer);
    const items: Record<string, unknown> = {};
    for (const event of events) {
      const { subject: orderId, sequence } = event;
      await work.apply({ orderId, sequence: Number(sequence), body: JSON.stringify(event) });
      const row = work.row(orderId);
      if (row !== undefined) items[`${orderId}-${sequence}`] = rowToItem(row, name);
    }
    rows[name] = items;
    effects[name] = work.effects();
  }
  return { rows, effects };
};

const write = (path: string, content: unknown): void => {
  const file = join(FIXTURES, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
};

const writeNew = (folder: string, files: Files): string => {
  if (existsSync(join(FIXTURES, folder))) return `${folder} is there and stays`;
  for (const [name, content] of Object.entries(files)) write(`${folder}/${name}.json`, content);
  return `${folder} written`;
};

/** Sums of what is no longer as it was would be lost with it, and the tests would be none the wiser. */
const refuseChanges = (): void => {
  const now = new Set(sumsNow().split("\n"));
  const changed = sumsThen()
    .split("\n")
    .filter((line) => !now.has(line));
  if (changed.length === 0) return;
  console.error(
    `fixtures: edited or deleted, so nothing is written:\n${changed.join("\n")}\n` +
      "A released version has left them behind, so they stay as they were: git checkout test/fixtures",
  );
  process.exit(1);
};

refuseChanges();
const { rows, effects } = await consume();
const schemas = [...eventSchemas()].map(([name, text]) => [
  name.replace(/\.json$/, ""),
  JSON.parse(text),
]);
const isNew = !existsSync(join(FIXTURES, "events", SCHEMA_VERSION));
console.log(writeNew(`events/${SCHEMA_VERSION}`, eventFiles()));
console.log(writeNew(`schemas/${SCHEMA_VERSION}`, Object.fromEntries(schemas)));
console.log(writeNew(`orders/${FORMATS.orders}`, orderFiles()));
console.log(writeNew(`rows/${FORMATS.rows}`, rows));
if (isNew) write(`effects/${SCHEMA_VERSION}.json`, effects);
writeFileSync(SUMS, sumsNow());
