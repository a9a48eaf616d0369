/** Filled in bulk, the tables hold what the places themselves leave there. */
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countingClient } from "../../../bench/growth/counting-client.ts";
import { createPlaceTables } from "../../../bench/growth/create-place-tables.ts";
import { fillTables } from "../../../bench/growth/fill-tables.ts";
import { type Names, PLACES } from "../../../bench/growth/place.ts";
import { scanTable } from "../../../cli/scan-table.ts";
import { canonicalJson } from "../../../lambdas/core/canonical-json.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../../emulators/start-dynoxide.ts";

describe.skipIf(!hasDynoxide)("a day at", () => {
  let dynamo: Dynoxide;
  beforeAll(async () => {
    dynamo = await startDynoxide();
  });
  afterAll(() => dynamo?.stop());

  const read = async (names: Names) => {
    const found: Record<string, unknown[]> = {};
    for (const [name, TableName] of Object.entries(names)) {
      const items: string[] = [];
      for await (const item of scanTable(dynamo.client, { TableName })) {
        // The time of the write, and the dead-letter budget's, which is drawn by lot.
        const { appliedAtMs: _at, ...rest } = unmarshall(item);
        if (rest.orderId !== "#budget") items.push(canonicalJson(rest));
      }
      found[name] = items.sort();
    }
    return found;
  };

  it.each(PLACES)("$name: in bulk and at work", async (place) => {
    const { client } = dynamo;
    const { signal } = new AbortController();
    const bulk = await createPlaceTables(client, place, "bulk");
    await fillTables(place, { client, names: bulk, days: 1, signal });
    const worked = await createPlaceTables(client, place, "worked");
    for (const piece of place.day(client, worked, 0)) await piece();
    expect(await read(bulk)).toEqual(await read(worked));
  });

  it("inventory: costs no more requests and units when there is one before it", async () => {
    const { client, take } = countingClient(dynamo.endpoint);
    const { signal } = new AbortController();
    const place = PLACES.find(({ name }) => name === "inventory")!;
    const costWith = async (days: number) => {
      const names = await createPlaceTables(client, place, `after-${days}`);
      await fillTables(place, { client, names, days, signal });
      take();
      for (const piece of place.day(client, names, 1)) await piece();
      return take();
    };
    const first = await costWith(0);
    expect(first.writeUnits).toBeGreaterThan(0);
    expect(await costWith(1)).toEqual(first);
    client.destroy();
  });
});
