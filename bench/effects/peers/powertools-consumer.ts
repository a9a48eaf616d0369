/**
 * (b): a consumer with Powertools' `idempotency` and `batch`, put together as their documentation
 * shows: `makeIdempotent` around the record handler, the FIFO processor around that, the Lambda
 * context registered. The key is the event's id, which also survives a redrive; one client.
 */
import { processPartialResponse, SqsFifoPartialProcessorAsync } from "@aws-lambda-powertools/batch";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import type { SQSRecord } from "aws-lambda";
import { dynamoClient } from "../../../lambdas/aws/aws-clients.ts";
import type { OrderEventType } from "../../../lambdas/core/order-event.ts";
import type { Tables } from "../bench-tables.ts";
import type { QueueFunction } from "../sides.ts";
import { type PerformOptions, performEffect } from "./perform-effect.ts";
import type { PlainEffect, PlainEvent } from "./plain-effect.ts";

export type PowertoolsOptions = PerformOptions & {
  readonly tables: Tables;
  readonly effect: PlainEffect;
  /** Types that get past the author's own check, before anything of the library is called. */
  readonly admits: readonly OrderEventType[];
};

/** As long as a message may live: 14 days in the queue and 14 in its dead-letter queue (2.14). */
const REMEMBERED_SECONDS = 28 * 86_400;

const parse = (record: SQSRecord): PlainEvent => JSON.parse(record.body);

export const powertoolsConsumer = (options: PowertoolsOptions): QueueFunction => {
  const { tables, effect, admits } = options;
  const client = dynamoClient();
  const processor = new SqsFifoPartialProcessorAsync();
  const config = new IdempotencyConfig({
    eventKeyJmesPath: "powertools_json(body).id",
    expiresAfterSeconds: REMEMBERED_SECONDS,
  });
  const persistenceStore = new DynamoDBPersistenceLayer({
    tableName: tables.idempotency,
    awsSdkV3Client: client,
  });
  const processRecord = async (record: SQSRecord): Promise<void> => {
    await performEffect(client, await effect(parse(record), { client, tables }), options);
  };
  const processIdempotently = makeIdempotent(processRecord, { persistenceStore, config });
  const handleRecord = async (record: SQSRecord): Promise<void> => {
    if (admits.includes(parse(record).type)) await processIdempotently(record);
  };
  return async (event, context) => {
    config.registerLambdaContext(context);
    return processPartialResponse(event, handleRecord, processor, {
      context,
      skipGroupOnError: true,
    });
  };
};
