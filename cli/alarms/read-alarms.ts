/** The alarms of one stage, as CloudWatch has them now. */
import { paginateDescribeAlarms, type StateValue } from "@aws-sdk/client-cloudwatch";
import type { Stage } from "../stage-clients.ts";

export type StageAlarm = {
  /** Without the stack: `inventory/Stuck`. */
  readonly name: string;
  readonly state: "rings" | "quiet" | "no data";
  /** Of this state, in epoch milliseconds. */
  readonly sinceMs: number | undefined;
  /** What has happened when it rings, for a person. */
  readonly because: string;
  /** Its section of the runbook, such as `docs/operations.md#an-order-is-stuck`. */
  readonly runbook: string | undefined;
  /** CloudWatch's own words for this state, with the datapoints or the alarm that caused it. */
  readonly reason: string;
  /** "itself": it tells the alarm topic. "combined": it is a part of one that does. */
  readonly tells: "itself" | "combined";
};

const STATES: Readonly<Record<StateValue, StageAlarm["state"]>> = {
  ALARM: "rings",
  OK: "quiet",
  INSUFFICIENT_DATA: "no data",
};
const LOUDEST: readonly StageAlarm["state"][] = ["rings", "no data", "quiet"];

/** What both kinds of alarm have. */
type Described = {
  readonly AlarmName?: string | undefined;
  readonly AlarmDescription?: string | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly StateValue?: StateValue | undefined;
  readonly StateReason?: string | undefined;
  readonly StateTransitionedTimestamp?: Date | undefined;
  readonly StateUpdatedTimestamp?: Date | undefined;
};

const alarmOf = (described: Described, prefix: string): StageAlarm => {
  const { AlarmName = "", AlarmDescription = "", AlarmActions = [] } = described;
  const [because = "", runbook] = AlarmDescription.split(" Runbook: ");
  const since = described.StateTransitionedTimestamp ?? described.StateUpdatedTimestamp;
  return {
    name: AlarmName.slice(prefix.length),
    state: STATES[described.StateValue ?? "INSUFFICIENT_DATA"],
    sinceMs: since?.getTime(),
    because,
    runbook,
    reason: described.StateReason ?? "",
    tells: AlarmActions.length > 0 ? "itself" : "combined",
  };
};

/** What rings comes first, and before its parts. */
const inOrder = (a: StageAlarm, b: StageAlarm): number =>
  LOUDEST.indexOf(a.state) - LOUDEST.indexOf(b.state) ||
  (a.name.split("/")[0] ?? "").localeCompare(b.name.split("/")[0] ?? "") ||
  Number(a.tells === "combined") - Number(b.tells === "combined") ||
  a.name.localeCompare(b.name);

/** Rejects where CloudWatch does not answer. */
export const readAlarms = async (
  { cloudwatch, outputs }: Pick<Stage, "cloudwatch" | "outputs">,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly StageAlarm[]> => {
  const AlarmNamePrefix = `${outputs.stackName}/`;
  const pages = paginateDescribeAlarms(
    { client: cloudwatch },
    { AlarmNamePrefix, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
    signal === undefined ? {} : { abortSignal: signal },
  );
  const alarms: StageAlarm[] = [];
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
    for (const each of [...MetricAlarms, ...CompositeAlarms]) {
      alarms.push(alarmOf(each, AlarmNamePrefix));
    }
  }
  return alarms.toSorted(inOrder);
};
