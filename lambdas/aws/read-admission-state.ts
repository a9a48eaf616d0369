/** The admission state: one item of the dedup table, under a key that no order can have. */
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";
import { type AdmissionState, GAUGES, noAdmissionState } from "../core/admission.ts";

/** No order id may contain `#`. The sort key is in the place of a consumer's name. */
export const ADMISSION_KEY = { orderId: "#admission", consumer: "door" } as const;

const position = v.picklist(["open", "closed"]);
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

const stateSchema = v.object({
  rev: v.number(),
  position,
  sinceMs: v.number(),
  holdsUntilMs: v.number(),
  decidedAtMs: v.number(),
  pressures: v.array(
    v.object({ consumer: v.string(), gauge: v.picklist(GAUGES), value: v.number() }),
  ),
  forced: v.exactOptional(v.object({ position, by: text, why: text, untilMs: v.number() })),
});

const toState = (item: unknown): AdmissionState => {
  const result = v.safeParse(stateSchema, item);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`the item ${ADMISSION_KEY.orderId} is no admission state: ${faults.join("; ")}`);
};

const Key = marshall(ADMISSION_KEY);

/** Strongly consistent. Gives up after `patienceMs`, for a caller who would rather not know. */
export const readAdmissionState = async (
  client: Pick<DynamoDBClient, "send">,
  tableName: string,
  patienceMs?: number,
): Promise<AdmissionState> => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }),
    patienceMs === undefined ? {} : { abortSignal: AbortSignal.timeout(patienceMs) },
  );
  return Item === undefined ? noAdmissionState : toState(unmarshall(Item));
};
