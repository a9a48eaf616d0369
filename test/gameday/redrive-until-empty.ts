import { queueDepth } from "../../cli/queue-depth.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { until } from "../emulators/until.ts";
import { expectCode, type Game } from "./game.ts";

/** Waits until nothing is on its way to the dead letters any more, and brings them home. */
export const redriveUntilEmpty = async (game: Game, name: string): Promise<void> => {
  const { queueUrl, deadLetterQueueUrl } = consumerNamed(game.stage().outputs, name);
  const { sqs } = game.stage();
  const waiting = () => queueDepth(sqs, queueUrl);
  for (let pass = 0; pass < 10; pass++) {
    await until("the queue is empty", waiting, (depth) => depth === 0);
    if ((await queueDepth(sqs, deadLetterQueueUrl)) === 0) return;
    expectCode(await game.type("dlq", "redrive", name, "--yes"), 0, `the redrive of ${name}`);
  }
  throw new Error(`${name} has dead letters after 10 redrives`);
};
