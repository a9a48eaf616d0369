/** Consumers agree (10), with each other and, where they are the deployed ones, with the oracle. */
import { isDeepStrictEqual } from "node:util";
import { type Bus, START_MS } from "./bus.ts";
import { velocityAtStart } from "./goods.ts";
import { isIgnored } from "./handled-by.ts";
import { type Expected, expectedOf, type Start } from "./oracle.ts";

const NAME = "10 consumers agree";

/** All are at rest: each has applied all events of an order, one after the other, but the given up. */
const checkSequences = (bus: Bus): void => {
  const sequences = new Map<string, number[]>();
  for (const { consumer, orderId, toSeq, otherwise } of bus.history.applied) {
    if (otherwise) bus.faults.count("real:otherwise");
    const lane = `${consumer}|${orderId}`;
    const known = sequences.get(lane);
    if (known === undefined) sequences.set(lane, [toSeq]);
    else known.push(toSeq);
  }
  for (const { spec } of bus.consumers) {
    for (const { orderId, version } of bus.orders.values()) {
      const lane = `${spec.name}|${orderId}`;
      const due = Array.from({ length: version }, (_, index) => index + 1).filter(
        (sequence) =>
          !bus.discarded.has(`${lane}|${sequence}`) &&
          !isIgnored(bus.orders, spec, { orderId, sequence }),
      );
      const applied = sequences.get(lane) ?? [];
      if (isDeepStrictEqual(applied, due)) continue;
      bus.history.violate(NAME, `${lane}: applied ${applied.join(" ")}, due ${due.join(" ")}`);
    }
  }
};

const checkNumbers = (bus: Bus, { numbers }: Expected, tables: readonly string[]): void => {
  for (const table of tables) {
    const [actual, due] = [bus.tables.items(table), numbers.get(table)];
    for (const key of new Set([...actual.keys(), ...(due?.keys() ?? [])])) {
      const [item, wanted] = [actual.get(key) ?? {}, due?.get(key) ?? {}];
      for (const name of new Set([...Object.keys(item), ...Object.keys(wanted)])) {
        if ((item[name] ?? 0) === (wanted[name] ?? 0)) continue;
        const what = `${item[name]}, due ${wanted[name]}`;
        bus.history.violate(NAME, `${table} ${key} ${name}: ${what}`);
      }
    }
  }
};

const checkRows = (bus: Bus, consumer: string, { rows }: Expected): void => {
  for (const [orderId, wanted] of rows) {
    const state = bus.tables.rows(consumer).get(orderId)?.state;
    if (isDeepStrictEqual({ ...state }, wanted)) continue;
    bus.history.violate(NAME, `${consumer} ${orderId}: ${JSON.stringify(state)}`);
  }
};

/** A fact goes before its watermark: one of an event that was given up may be there, or not. */
const checkFacts = (bus: Bus, { facts }: Expected): void => {
  for (const [key, wanted] of facts) {
    const fact = bus.tables.factItems("facts").get(key);
    if (isDeepStrictEqual(fact, wanted)) continue;
    bus.history.violate(NAME, `facts ${key}: ${JSON.stringify(fact)}`);
  }
};

const TABLES: Readonly<Record<string, readonly string[]>> = {
  inventory: ["stock"],
  loyalty: ["points"],
  recommendation: ["bought", "together"],
  warehouse: [],
  fraud: ["velocity"],
};

const startOf = ({ world }: Bus): Start => ({
  stock: world.initialStock,
  velocity: velocityAtStart(START_MS, world.ordersToday),
});

export const checkAgreement = (bus: Bus): void => {
  checkSequences(bus);
  for (const { spec } of bus.consumers) {
    const expected = expectedOf(bus, spec.name, startOf(bus));
    if (expected === undefined) continue;
    bus.faults.count(`real:${spec.name}`);
    checkNumbers(bus, expected, TABLES[spec.name] ?? []);
    checkRows(bus, spec.name, expected);
    checkFacts(bus, expected);
  }
};
