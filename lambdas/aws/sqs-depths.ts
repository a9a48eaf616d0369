import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Depths } from "../core/patrol-orders.ts";
import { readQueueCounts } from "./queue-counts.ts";

/** Queue URLs by the names under which their depths are told. */
export type DepthQueues = {
  readonly queues: Readonly<Record<string, string>>;
  readonly deadLetters: Readonly<Record<string, string>>;
};

/** Any call keeps a queue's metrics awake, which SQS lets sleep after 6 hours (2.17, 2.28). */
export const sqsDepths = (sqs: Pick<SQSClient, "send">, { queues, deadLetters }: DepthQueues) => {
  const read = async (urls: Readonly<Record<string, string>>) => {
    const depths = Object.entries(urls).map(async ([name, url]) => {
      return [name, (await readQueueCounts(sqs, url)).all] as const;
    });
    return Object.fromEntries(await Promise.all(depths));
  };
  return async (): Promise<Depths> => ({
    queues: await read(queues),
    deadLetters: await read(deadLetters),
  });
};
