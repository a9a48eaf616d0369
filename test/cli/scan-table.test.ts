import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scanTable, sumTable } from "../../cli/scan-table.ts";
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

  it("sums an attribute, and counts one that is absent for naught", async () => {
    expect(await sumTable(dynoxide.client, "bought", ["bought"])).toEqual({
      ...{ rows: 6, sums: { bought: 10 } },
    });
  });
});
