/** Orders without end, until time is up: then no order is begun, and those begun are finished. */
import { generateTrace } from "../../cli/generate-trace.ts";
import { readTrace } from "../../cli/read-trace.ts";
import type { NumberedLine, TraceLine } from "../../cli/trace-line.ts";

/** A round holds whole orders; no two rounds share one. */
type Round = (number: number) => Iterable<TraceLine> | AsyncIterable<TraceLine>;

const ORDERS_A_ROUND = 100;
/** So that the rounds of two seeds are not the same ones, one later. */
const MOST_ROUNDS = 100_000;

export const generatedRounds =
  (seed: number): Round =>
  (number) =>
    generateTrace(seed * MOST_ROUNDS + number, ORDERS_A_ROUND);

/** A file is played over and over; from the second round on its orders get other ids. */
export const fileRounds = (file: string): Round =>
  async function* (number) {
    for await (const { line } of readTrace(file)) {
      yield number === 0 ? line : { ...line, orderId: `${line.orderId}-r${number + 1}` };
    }
  };

/** Each line that is yielded is told to `onLine` first: all that is ever played. */
export async function* endlessTrace(
  round: Round,
  isTimeUp: () => boolean,
  onLine: (line: TraceLine) => void,
): AsyncGenerator<NumberedLine> {
  let number = 0;
  for (let count = 0; !isTimeUp(); count++) {
    const begun = new Set<string>();
    for await (const line of round(count)) {
      if (!begun.has(line.orderId)) {
        if (isTimeUp()) continue;
        begun.add(line.orderId);
      }
      onLine(line);
      yield { number: ++number, line };
    }
  }
}
