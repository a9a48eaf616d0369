import { open } from "node:fs/promises";
import { type Command, Option } from "commander";
import * as v from "valibot";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { expectPaused } from "../backfill-function.ts";
import { EXIT } from "../exit-codes.ts";
import { parseInstant } from "../parse-instant.ts";
import { type Seed, seedRows, seedSchema } from "../seed-rows.ts";
import { showProgress } from "../show-progress.ts";
import type { Stage } from "../stage-clients.ts";
import { jsonOption, type StageWork, stageCommand } from "../stage-command.ts";
import { consumerNamed } from "../stage-outputs.ts";
import { usageError } from "../usage-error.ts";
import { carryOutPass, type PassOptions } from "./carry-out-pass.ts";

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

type Options = Omit<PassOptions, "past"> & { readonly past?: PassOptions["past"] };

const seedOrPass = async ({ stage, args, options, signal }: StageWork<Options>) => {
  const [name = "", file] = args;
  const { past, ...rest } = options;
  if ((file === undefined) === (past === undefined)) {
    throw usageError("name either a file of watermarks or, with --past, types of events");
  }
  if (past !== undefined) return carryOutPass(stage, name, { ...rest, past }, signal);
  await seed(stage, name, file ?? "");
  return EXIT.done;
};

/** `bus seed-watermarks CONSUMER`: it goes on where an older system was, or past some events. */
export const seedWatermarksCommand = (): Command =>
  stageCommand<Options>("seed-watermarks", seedOrPass)
    .summary("let a consumer go on past events that it shall not apply")
    .description(
      "With a file, tells a new, paused consumer which events of each order an older system has " +
        "done already, so that it does none of them again; then fill in the rest with bus backfill. " +
        "With --past, lets a consumer that newly handles a type of event go on past those that it " +
        "has passed over so far, so that orders begun before are not parked for want of them.",
    )
    .argument("<consumer>", "its name; of several generations the newest")
    .argument(
      "[file]",
      `one JSON object a line: ${EXAMPLE}, and "state" where its handler keeps one`,
    )
    .addOption(
      new Option(
        "--past <type...>",
        "types that it newly handles, and leaves out up to now",
      ).choices(EVENT_TYPES),
    )
    .option("--until <time>", "with --past: only what was taken before this time", parseInstant)
    .option("--yes", "with --past: do not ask")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The file is checked as a whole before anything is written. A row that exists is left alone,
so a run that broke off is started again.

With --past a row is moved to the last event before the first one that the consumer would have
applied before it handled these types, and only if it is as it was shown. To leave nothing
between this and the deploy: bus pause, then this, then the deploy, then bus resume.

Examples:
  bus seed-watermarks mailer watermarks.ndjson --stage prod
  bus seed-watermarks loyalty --past order.shipped --stage prod`,
    );
