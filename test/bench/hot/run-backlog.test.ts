import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTRASTS } from "../../../bench/hot/order-shapes.ts";
import { runBacklog } from "../../../bench/hot/run-backlog.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../../emulators/start-dynoxide.ts";

describe.skipIf(!hasDynoxide)("a backlog in virtual time", () => {
  let dynamo: Dynoxide;
  beforeAll(async () => {
    dynamo = await startDynoxide();
  });
  afterAll(() => dynamo?.stop());

  const run = (shape: (typeof CONTRASTS)[number]["hot"], seed: number) =>
    runBacklog(dynamo.client, { shape, environments: 2, orders: 40, seed, serviceMs: 5 });

  it("tells the same of the same seed, whatever the machine does meanwhile", async () => {
    const { hot } = CONTRASTS[0]!;
    expect(await run(hot, 1)).toEqual(await run(hot, 1));
  });

  it("loses and doubles nothing of a hot SKU, a hot customer, or one that is sold out", async () => {
    const hot = CONTRASTS.map((contrast) => contrast.hot).filter(({ share }) => share === 1);
    for (const shape of hot) expect((await run(shape, 2)).ordersPerSecond).toBeGreaterThan(0);
  });

  it("has no conflict where orders share nothing", async () => {
    expect(await run(CONTRASTS[0]!.spread, 3)).toMatchObject({ conflicts: 0, handedBack: 0 });
  });
});
