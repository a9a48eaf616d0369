import { type Command, Option } from "commander";
import { confirmAct } from "../confirm-act.ts";
import { countOf } from "../describe-figures.ts";
import { describeErased, describeHoldings } from "../erase/describe-holdings.ts";
import { eraseCustomer, placesIn } from "../erase/erase-customer.ts";
import { findHoldings, type Holdings } from "../erase/find-holdings.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { showProgress } from "../show-progress.ts";
import { jsonOption, type StageWork, stageCommand } from "../stage-command.ts";

type Options = { readonly dryRun?: true; readonly yes?: true; readonly json?: true };

/** Numbers and order ids: the rows themselves are long, and of more than this customer's id. */
const asJson = ({ customerId, pseudonym, orders, rows, tables, heldBack }: Holdings) => ({
  ...{ customerId, pseudonym, heldBack },
  orders: orders.map(({ orderId }) => orderId),
  rows: rows.map(({ consumer, row }) => ({ consumer, orderId: row.orderId })),
  tables: tables.map(({ consumer, table, place, rows: held }) => {
    return { consumer, table, place, rows: held.length };
  }),
});

const codeOf = (left: Holdings): ExitCode =>
  placesIn(left) + left.heldBack.length === 0 ? EXIT.done : EXIT.fault;

const erase = async ({ stage, args, options, signal }: StageWork<Options>): Promise<ExitCode> => {
  const [customerId = ""] = args;
  const holdings = await findHoldings(stage, customerId);
  const { json, dryRun, yes } = options;
  const preview = json ? JSON.stringify(asJson(holdings)) : describeHoldings(holdings);
  if (dryRun === true || !json) console.log(preview);
  if (dryRun === true) return EXIT.done;
  const places = placesIn(holdings);
  if (places === 0 && holdings.pseudonym === undefined) {
    if (json) console.log(preview);
    else console.log("nothing to replace");
    return codeOf(holdings);
  }
  const question = `Replace the customer's id in ${countOf(places, "place")} for good?`;
  if (!(await confirmAct({ question, yes, signal }))) return EXIT.unconfirmed;
  const progress = showProgress("erasing", places);
  const erased = await eraseCustomer(stage, customerId, {
    ...{ onProgress: progress.update, signal },
  }).finally(progress.stop);
  const { left, ...done } = erased;
  console.log(json ? JSON.stringify({ ...done, left: asJson(left) }) : describeErased(erased));
  return codeOf(left);
};

/** `bus erase CUSTOMER`: a customer's id out of a stage, orders and counts intact. */
export const eraseCommand = (): Command =>
  stageCommand<Options>("erase", erase)
    .summary("replace a customer's id by a pseudonym, wherever it is kept")
    .description(
      "Finds a customer's id in the orders, the consumers' tables (facts, points, counts of a day) and " +
        "rows, and replaces it by a pseudonym. Orders, counts and totals stay. No event is sent; one that " +
        "is republished later has the pseudonym. An order with an event that is not applied everywhere " +
        "is held back, since the message has the id: redrive or discard it first, and erase again.",
    )
    .argument("<customer>", "the customer's id")
    .addOption(new Option("--dry-run", "show where it is, and change nothing"))
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nA run that broke off is started again: it goes on under the same pseudonym. Backups keep the id\n" +
        "until they end (point-in-time recovery: 35 days). Exit code 1: something is held back.\n\n" +
        "Example:\n  bus erase customer-4711 --dry-run --stage prod",
    );
