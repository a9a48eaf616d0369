import { open } from "node:fs/promises";
import type { Command } from "commander";
import * as v from "valibot";
import { expectPaused } from "../backfill-function.ts";
import { EXIT } from "../exit-codes.ts";
import { type Seed, seedRows, seedSchema } from "../seed-rows.ts";
import { showProgress } from "../show-progress.ts";
import type { Stage } from "../stage-clients.ts";
import { stageCommand } from "../stage-command.ts";
import { consumerNamed } from "../stage-outputs.ts";

const CONCURRENCY = 20;
const SHOWN = 5;
const EXAMPLE = '{"orderId":"a-1","sequence":3}';

const parse = (text: string, place: string): Seed => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${place} is no JSON; write it as ${EXAMPLE}`);
  }
  const result = v.safeParse(seedSchema, value);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
  throw new Error(`${place}: ${faults.join("; ")}. Write it as ${EXAMPLE}`);
};

const readSeeds = async (file: string): Promise<Seed[]> => {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot open ${file} (${error.code}); give the path of a file`);
  });
  const seeds: Seed[] = [];
  const lines = new Map<string, number>();
  let number = 0;
  for await (const text of handle.readLines()) {
    number++;
    if (text.trim() === "") continue;
    const seed = parse(text, `${file}, line ${number}`);
    const before = lines.get(seed.orderId);
    if (before !== undefined) {
      throw new Error(`${file}: order ${seed.orderId} is in lines ${before} and ${number}; once`);
    }
    lines.set(seed.orderId, number);
    seeds.push(seed);
  }
  return seeds;
};

const suchAs = (orderIds: readonly string[]): string =>
  orderIds.length === 0 ? "" : ` (such as ${orderIds.slice(0, SHOWN).join(", ")})`;

const seed = async (stage: Stage, name: string, file: string): Promise<void> => {
  const consumer = consumerNamed(stage.outputs, name);
  const seeds = await readSeeds(file);
  await expectPaused(stage, consumer);
  const progress = showProgress("seeding", seeds.length);
  const options = { consumer: consumer.name, concurrency: CONCURRENCY };
  const seeded = await seedRows(stage, seeds, { ...options, onProgress: progress.update }).finally(
    progress.stop,
  );
  const { written, leftAlone, unseeded } = seeded;
  console.log(
    `${consumer.name} goes on from ${written} watermarks; ${leftAlone.length} rows were there already and are as they were${suchAs(leftAlone)}; ` +
      `${unseeded.length} orders are not in the file, so that the backfill does all of their events${suchAs(unseeded)}`,
  );
};

/** `bus seed-watermarks CONSUMER FILE`: a new consumer goes on where an older system was. */
export const seedWatermarksCommand = (): Command =>
  stageCommand("seed-watermarks", async ({ stage, args }) => {
    await seed(stage, args[0] ?? "", args[1] ?? "");
    return EXIT.done;
  })
    .summary("let a new consumer go on where an older system was")
    .description(
      "Tells a new, paused consumer which events of each order an older system has " +
        "done already, so that it does none of them again. Then fill in the rest with " +
        "bus backfill.",
    )
    .argument("<consumer>", "its name; of several generations the newest")
    .argument(
      "<file>",
      `one JSON object a line: ${EXAMPLE}, and "state" where its handler keeps one`,
    )
    .addHelpText(
      "after",
      "\nThe file is checked as a whole before anything is written. A row that exists is left alone,\n" +
        "so a run that broke off is started again.\n\n" +
        "Example:\n  bus seed-watermarks mailer watermarks.ndjson --stage prod",
    );
