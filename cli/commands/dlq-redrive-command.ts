import type { Command } from "commander";
import { addFilterOptions, type FilterOptions, filterOf } from "../dead-letters/filter-options.ts";
import { planRedrive } from "../dead-letters/plan-redrive.ts";
import { stageCommand } from "../stage-command.ts";
import { addCarryOutOptions, type CarryOutOptions, carryOutRedrive } from "./carry-out-redrive.ts";

/** `bus dlq redrive CONSUMER`: back to the consumer's queue, order by order. */
export const dlqRedriveCommand = (): Command =>
  addCarryOutOptions(
    addFilterOptions(
      stageCommand<FilterOptions & CarryOutOptions>("redrive", (work) =>
        carryOutRedrive(work, (stage, consumer, options) =>
          planRedrive(stage, consumer, { filter: filterOf(work.options), ...options }),
        ),
      ).argument("<consumer>", "its name; of several generations the newest"),
    ).option("--as-it-lies", "also letters that lie before their predecessor in the queue"),
  )
    .summary("send dead letters back to their consumer")
    .description(
      "Sends dead letters back to the consumer's queue, each order's in sequence and whole: its " +
        "first dead event decides whether it is meant. One order goes first; unless it is applied, " +
        "nothing more is sent. What is not in the plan is not touched, whenever it comes.",
    )
    .addHelpText(
      "after",
      "\nRepair the cause first. A run that broke off is started again: what is left to do is read\n" +
        "anew; after a kill with --wait, for as long as its lease lasts. A letter is removed only when\n" +
        "its send is confirmed; one that is sent twice takes effect once. One operator at a time: a\n" +
        "lease of 45 s, renewed while the run lasts. Where letters were hidden from its plan, exit code 1.\n\n" +
        "Examples:\n" +
        "  bus dlq redrive fraud --dry-run --stage prod\n" +
        '  bus dlq redrive fraud --cause "attempts exhausted" --type order.paid --rate 50 --stage prod',
    );
