/** A table's stream, and the mapping that feeds the relay from it. */
import { same, type TableScenario, until } from "./scenario.ts";
import type { Change } from "./under-test.ts";

const needs = "tables";

const shown = ({ kind, before, after }: Change) =>
  `${kind.toLowerCase()}:${before ?? "-"}>${after ?? "-"}`;

const count = (enough: number) => (changes: readonly Change[]) => changes.length >= enough;

export const streamScenarios: readonly TableScenario[] = [
  {
    ...{ id: "S1", needs, fact: "4.1" },
    title: "the changes of an item come once each and in order, with its old and new image",
    run: async (tables) => {
      const table = await tables.createTable();
      for (const value of [1, 2, 3]) await table.put("a", value);
      const changes = await table.changes(count(3));
      same("changes", changes.map(shown), ["insert:->1", "modify:1>2", "modify:2>3"]);
    },
  },
  {
    ...{ id: "S2", needs, fact: "4.13" },
    title: "a write that changes nothing leaves no record",
    run: async (tables) => {
      const table = await tables.createTable();
      for (const value of [1, 1, 2]) await table.put("a", value);
      const changes = await table.changes((seen) => seen.some(({ after }) => after === 2));
      same("changes", changes.map(shown), ["insert:->1", "modify:1>2"]);
    },
  },
  {
    ...{ id: "S3", needs, fact: "4.1" },
    title: "items that are written in turn keep their order, each by itself",
    run: async (tables) => {
      const table = await tables.createTable();
      for (const value of [1, 2, 3]) {
        for (const item of ["a", "b", "c"]) await table.put(item, value);
      }
      const changes = await table.changes(count(9));
      for (const item of ["a", "b", "c"]) {
        const own = changes.filter((change) => change.item === item).map(({ after }) => after);
        same(`item ${item}`, own, [1, 2, 3]);
      }
    },
  },
  {
    ...{ id: "S4", needs, fact: "4.6, 4.11" },
    title: "a mapping begins at TRIM_HORIZON and goes on at the lowest record reported",
    run: async (tables, time) => {
      const table = await tables.createTable();
      for (const value of [1, 2, 3, 4]) await table.put("a", value);
      const done: number[] = [];
      let refused = 0;
      const stop = await table.map(async (records) => {
        const at = records.findIndex(({ change }) => change.after === 2);
        const good = at >= 0 && refused++ === 0 ? records.slice(0, at) : records;
        done.push(...good.map(({ change }) => change.after ?? 0));
        const bad = records.slice(good.length).toReversed();
        return { batchItemFailures: bad.map(({ id }) => ({ itemIdentifier: id })) };
      });
      await until(time, () => done.includes(4));
      await stop();
      same("handled", done, [1, 2, 3, 4]);
      same("tries of the reported one", refused, 2);
    },
  },
  {
    ...{ id: "S5", needs, fact: "4.8" },
    title: "a function that throws gets the same records again, and skips none",
    run: async (tables, time) => {
      const table = await tables.createTable();
      for (const value of [1, 2, 3]) await table.put("a", value);
      const done: number[] = [];
      let tried = 0;
      const stop = await table.map(async (records) => {
        if (++tried === 1) throw new Error("the function failed");
        done.push(...records.map(({ change }) => change.after ?? 0));
        return {};
      });
      await until(time, () => done.includes(3));
      await stop();
      same("handled", done, [1, 2, 3]);
    },
  },
];
