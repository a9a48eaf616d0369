import { dynamoClient, sqsClient } from "../aws/aws-clients.ts";
import { dynamoPatrolReads } from "../aws/dynamo-patrol-reads.ts";
import { dynamoPatrolState } from "../aws/dynamo-patrol-state.ts";
import { readPatrolEnvironment } from "../aws/patrol-environment.ts";
import { patrolTelemetry } from "../aws/patrol-telemetry.ts";
import { sqsDepths } from "../aws/sqs-depths.ts";
import { dueTypes } from "../core/due-events.ts";
import { EVENT_TYPES } from "../core/order-event.ts";
import { patrolOrders } from "../core/patrol-orders.ts";

// Made at start: what waits for the first event would make that one slow.
const dynamo = dynamoClient();
const sqs = sqsClient();
const report = patrolTelemetry();

const compose = (env: NodeJS.ProcessEnv) => {
  const given = readPatrolEnvironment(env);
  const { DEDUP_TABLE: dedupTable, PATROL_QUEUES, PATROL_RULES } = given;
  const tables = { ordersTable: given.ORDERS_TABLE, outbox: given.OUTBOX_ATTRIBUTE, dedupTable };
  return {
    ports: {
      readDepths: sqsDepths(sqs, PATROL_QUEUES),
      ...dynamoPatrolState(dynamo, dedupTable),
      ...dynamoPatrolReads(dynamo, tables),
      clock: { nowMs: Date.now },
    },
    rules: {
      ...PATROL_RULES,
      consumers: Object.keys(PATROL_QUEUES.queues).map((name) => {
        const handles = PATROL_QUEUES.handles[name] ?? EVENT_TYPES;
        // An order's last step, due only for its row's expiry, has no effect that could be missing.
        return { name, due: dueTypes(handles, { retainDays: 0 }) };
      }),
    },
  };
};

let patrol: ReturnType<typeof compose> | undefined;

/**
 * Called by the clock. Late, doubled or missed calls are harmless: a piece is read once more, or
 * later. A call that fails has written nothing, and the next one reads the same piece.
 */
export const handler = async (): Promise<void> => {
  patrol ??= compose(process.env);
  report(await patrolOrders(patrol.ports, patrol.rules));
};
