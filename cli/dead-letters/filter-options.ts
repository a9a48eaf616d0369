/** How a command is told which dead letters are meant. */
import { type Command, Option } from "commander";
import { parseInstant } from "../parse-instant.ts";
import { DEAD_CAUSES, type DeadCause } from "./dead-letter.ts";
import type { DeadLetterFilter } from "./plan.ts";

export type FilterOptions = {
  readonly order?: readonly string[];
  readonly cause?: readonly DeadCause[];
  readonly type?: readonly string[];
  readonly since?: number;
  readonly until?: number;
};

export const addFilterOptions = (command: Command): Command =>
  command
    .option("--order <id...>", "only these orders")
    .addOption(
      new Option("--cause <cause...>", "only orders whose first dead event has this cause").choices(
        DEAD_CAUSES,
      ),
    )
    .option("--type <event...>", "only orders whose first dead event is one, as order.paid")
    .option("--since <time>", "only what died from this time on", parseInstant)
    .option("--until <time>", "and before this time", parseInstant);

export const filterOf = (options: FilterOptions): DeadLetterFilter => {
  const {
    order: orderIds,
    cause: causes,
    type: eventTypes,
    since: sinceMs,
    until: untilMs,
  } = options;
  return {
    ...(orderIds === undefined ? {} : { orderIds }),
    ...(causes === undefined ? {} : { causes }),
    ...(eventTypes === undefined ? {} : { eventTypes }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
  };
};
