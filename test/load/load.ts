/** `npm run load`: whether a load that outruns one critical consumer is kept in bounds by itself. */
import { Command, InvalidArgumentError } from "commander";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { describeAudit } from "../../cli/audit/describe-audit.ts";
import { listenForInterrupt } from "../../cli/listen-for-interrupt.ts";
import { CLOSE_AT, openGame } from "../gameday/open-game.ts";
import { describeOverload, type OverloadOptions, overload } from "./overload.ts";
import { EVENTS_AN_ORDER } from "./pace-orders.ts";

const INTERRUPTED = 130;
/** Orders are let in until the closed door is noticed: one look of the door, one of the API. */
const NOTICED_AFTER_SECONDS = 8;

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= 10_000) return number;
  throw new InvalidArgumentError("Allowed: a whole number from 1 to 10000.");
};

const options = new Command("npm run load --")
  .description(
    "Plays orders at a steady pace on the embedded bus, in turns with a warehouse that keeps up and\n" +
      "with one whose database is slow. Tells how far the backlog grew, how many new orders were\n" +
      "turned away, the other consumers' latencies in both, and audits.",
  )
  .option("--rounds <n>", "of both", wholeNumber, 2)
  .option("--seconds-each <n>", "of each", wholeNumber, 30)
  .option("--orders-per-second <n>", "the pace; each that is taken is paid", wholeNumber, 5)
  .option("--slow-ms <n>", "a call of the slow warehouse to its database", wholeNumber, 1_500)
  .addHelpText("after", "\nExit code 0: bounded, nothing lost, and open again without hands.")
  .parse()
  .opts<OverloadOptions>();

const game = await openGame();
listenForInterrupt(async () => {
  await game.close();
  process.exit(INTERRUPTED);
});
try {
  const result = await overload(game, options);
  for (const line of describeOverload(result)) console.log(line);
  const audit = await auditOrders(game.stage());
  console.log(describeAudit(audit));
  const bound = CLOSE_AT + NOTICED_AFTER_SECONDS * options.ordersPerSecond * EVENTS_AN_ORDER.length;
  const isBounded = result.turnedAway > 0 && result.largestBacklog <= bound;
  console.log(
    `backlog ${isBounded ? "bounded" : "NOT BOUNDED"}: ${result.largestBacklog} of ${bound} at most, the door closes at ${CLOSE_AT}`,
  );
  process.exitCode = audit.ok && isBounded ? 0 : 1;
} finally {
  await game.close();
}
