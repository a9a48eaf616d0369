import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scanSegments, scanTable, sumTable } from "../../cli/scan-table.ts";
import type { Item } from "../../lambdas/aws/ledger-item.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { makeStage } from "./make-stage.ts";

describe.skipIf(!hasDynoxide)("scanning a table", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let world: Awaited<ReturnType<typeof makeStage>>;

  beforeAll(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
    for (const sku of ["a", "b", "c", "d", "e"]) await world.put("bought", { sku, bought: 2 });
    await world.put("bought", { sku: "f" });
  });
  afterAll(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  it("goes through all its pages", async () => {
    const skus: (string | undefined)[] = [];
    const input = { TableName: "bought", Limit: 4 };
    for await (const item of scanTable(dynoxide.client, input)) skus.push(item.sku?.S);
    expect(skus.sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("goes through all its segments, and says what each page costs", async () => {
    const skus: (string | undefined)[] = [];
    let pages = 0;
    let units = 0;
    const readUnits = {
      ready: async () => void pages++,
      spend: (of: number) => {
        units += of;
      },
    };
    const take = (items: readonly Item[]) => skus.push(...items.map(({ sku }) => sku?.S));
    const input = { TableName: "bought", Limit: 1 };
    await scanSegments(dynoxide.client, input, { segments: 3, readUnits, take });
    expect(skus.sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(pages).toBeGreaterThanOrEqual(6);
    expect(units).toBeGreaterThan(0);
  });

  it("ends when it is interrupted", async () => {
    const options = { signal: AbortSignal.abort(new Error("interrupted")), take: () => {} };
    const scan = scanSegments(dynoxide.client, { TableName: "bought" }, options);
    await expect(scan).rejects.toThrow("interrupted");
  });

  it("sums an attribute, and counts one that is absent for naught", async () => {
    expect(await sumTable(dynoxide.client, "bought", ["bought"])).toEqual({
      ...{ rows: 6, sums: { bought: 10 } },
    });
  });
});
