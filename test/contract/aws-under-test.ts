/** An endpoint that speaks AWS, in real time. */
import { setTimeout as sleep } from "node:timers/promises";
import { createAwsClients } from "../../local/aws-clients.ts";
import { awsQueues } from "./aws-queues.ts";
import { awsTables } from "./aws-tables.ts";
import type { Time, UnderTest } from "./under-test.ts";

export type Services = { readonly queues: boolean; readonly tables: boolean };

export const awsUnderTest = (endpoint: string, services: Services): UnderTest => {
  const clients = createAwsClients({
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SNS: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
  });
  const wait = (seconds: number) => sleep(seconds * 1_000);
  const time: Time = { nowMs: () => performance.now(), pass: wait, later: wait };
  const queues = services.queues ? awsQueues(clients) : undefined;
  const tables = services.tables ? awsTables(clients, time) : undefined;
  return {
    ...(queues === undefined ? {} : { queues: queues.queues }),
    ...(tables === undefined ? {} : { tables: tables.tables }),
    time,
    close: async () => {
      await Promise.all([queues?.destroy(), tables?.destroy()]);
      clients.destroy();
    },
  };
};
