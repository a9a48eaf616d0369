import { readAdmissionEnvironment } from "../aws/admission-environment.ts";
import { admissionTelemetry } from "../aws/admission-telemetry.ts";
import { dynamoClient, sqsClient } from "../aws/aws-clients.ts";
import { dynamoAdmissionStore } from "../aws/dynamo-admission-store.ts";
import { sqsSignals } from "../aws/sqs-signals.ts";
import { tickAdmission } from "../core/tick-admission.ts";

// Made at start: what waits for the first event would make that one slow.
const dynamo = dynamoClient();
const sqs = sqsClient();
const report = admissionTelemetry();

const compose = (env: NodeJS.ProcessEnv) => {
  const { DEDUP_TABLE, CRITICAL_QUEUES, ADMISSION_RULES } = readAdmissionEnvironment(env);
  const sources = { sqs, dynamo, dedupTable: DEDUP_TABLE };
  return {
    ports: {
      store: dynamoAdmissionStore(dynamo, DEDUP_TABLE),
      readSignals: sqsSignals(sources, CRITICAL_QUEUES),
      clock: { nowMs: Date.now },
    },
    rules: ADMISSION_RULES,
  };
};

let admission: ReturnType<typeof compose> | undefined;

/**
 * Called by the clock, once a minute. Late, doubled or missed calls are harmless: each looks at the
 * time and the queues itself. When calls fail for some minutes, the door stands open.
 */
export const handler = async (): Promise<void> => {
  admission ??= compose(process.env);
  report(await tickAdmission(admission.ports, admission.rules));
};
