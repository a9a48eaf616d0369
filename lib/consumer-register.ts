/**
 * The register of consumers: those that were ever deployed, committed in `cdk.json` as the context
 * `order-event-bus:consumers`, each "active" or "retired".
 *
 * A template does not know what it was before. A consumer that is renamed or left out of the code
 * would be undone by CloudFormation without a word, and what waits in its queues would never be
 * applied. So a stage that keeps its data is refused unless code and register agree.
 */
import type { IConstruct } from "constructs";

export const REGISTER = "order-event-bus:consumers";

const STATES = ["active", "retired"] as const;
type State = (typeof STATES)[number];
type Register = Readonly<Record<string, State>>;

const isRegister = (value: unknown): value is Register =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((state) => STATES.includes(state));

const entry = (id: string, state: State): string => `"${id}": "${state}"`;

const unwanted = (id: string, state: State | undefined): string[] => {
  if (state === "active") return [];
  if (state === "retired") {
    return [
      `consumer ${id} is retired in the register but in the app; allowed: a name that was never used. Its rows in the dedup table are still there, so give it its next generation, and write that into "${REGISTER}" of cdk.json.`,
    ];
  }
  return [
    `consumer ${id} is not in the register; allowed: ${entry(id, "active")} in "${REGISTER}" of cdk.json. Add it there: from then on nobody can drop its queue unawares. If it was renamed, see docs/changing-the-bus.md first.`,
  ];
};

const missing = (id: string): string =>
  `consumer ${id} is active in the register but not in the app; allowed: that the app adds it, or ${entry(id, "retired")}. Put it back with \`retired: true\`, deploy, let its queue run empty, and only then remove it and write ${entry(id, "retired")} into "${REGISTER}" of cdk.json (docs/changing-the-bus.md). A renamed consumer is a new one: nothing of its queue, tables and rows moves over.`;

/** One sentence a disagreement between the register and the ids of the app's consumers. */
export const registerFaults = (scope: IConstruct, ids: readonly string[]): string[] => {
  const register: unknown = scope.node.tryGetContext(REGISTER) ?? {};
  if (!isRegister(register)) {
    return [
      `the context "${REGISTER}" is ${JSON.stringify(register)}; allowed: an object such as {${entry("inventory", "active")}}, each "active" or "retired". Correct it in cdk.json.`,
    ];
  }
  const gone = Object.keys(register).filter((id) => register[id] === "active" && !ids.includes(id));
  return [...ids.flatMap((id) => unwanted(id, register[id])), ...gone.map(missing)];
};
