/**
 * One operator at a time on a consumer's dead letters: an item of the dedup table, under a key that
 * no order can have. It is held for so long at a time and renewed by whoever holds it; one that was
 * not renewed, because its process is dead, can be taken over.
 *
 * It keeps two people from doing the same work. What is kept right is not by it but by the fence:
 * should two runs meet all the same, an event sent twice takes effect once.
 */
import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";
import type { Stage } from "../stage-clients.ts";
import type { Lease } from "./dead-letter.ts";

/** No order id may contain `#`. */
export const LEASE_KEY = "#lease";
const DEFAULT_SECONDS = 45;
/**
 * Renewed so often in its time that one failed call loses nothing; and that it outlasts what its
 * holder hides, should that be killed: who comes next sees every letter.
 */
const RENEWALS = 3;
const LOOK_EVERY_MS = 500;
/** What it is held for without work: over soon, so it is waited for, and a run is not. */
export const LOOK = "a look into the letters";
/** For one look; a killed one's lease has lapsed by then. */
const LOOK_PATIENCE_MS = 60_000;
const LOOK_IS_OVER_MS = 100;

const leaseSchema: v.GenericSchema<unknown, Lease> = v.looseObject({
  holder: v.string(),
  act: v.string(),
  token: v.string(),
  sinceMs: v.number(),
  heldUntilMs: v.number(),
});

export type LeaseRequest = {
  readonly act: string;
  readonly holder?: string;
  readonly leaseSeconds?: number;
  readonly nowMs?: () => number;
} & LookWaiting;

/** While another only looks. */
export type LookWaiting = {
  /** Told once of each. */
  readonly onLook?: ((by: Lease) => void) | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
};

export type HeldLease = {
  readonly token: string;
  /** Aborted once the lease is no longer this one's: stop. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
};

export type LeaseResult =
  | { readonly kind: "held"; readonly lease: HeldLease }
  | { readonly kind: "taken"; readonly by: Lease };

const keyOf = (consumer: string) => ({ orderId: LEASE_KEY, consumer });

export const remarkOnLease = ({ holder, act }: Lease): string =>
  `${holder} is at work here (${act}): the queue was not looked into`;

/** Whom another operator may ask. */
export const operatorName = (): string => `${userInfo().username}@${hostname()}`;

/** One that has lapsed, since its holder's process is dead, is still there. */
export const readLease = async (
  { dynamo, outputs }: Stage,
  consumer: string,
): Promise<Lease | undefined> => {
  const Key = marshall(keyOf(consumer));
  const command = new GetItemCommand({ TableName: outputs.DedupTable, Key, ConsistentRead: true });
  const { Item } = await dynamo.send(command);
  return Item === undefined ? undefined : v.parse(leaseSchema, unmarshall(Item));
};

/** Who holds it now, if anybody does. */
export const leaseHolder = async (
  stage: Stage,
  consumer: string,
  nowMs = Date.now(),
): Promise<Lease | undefined> => {
  const lease = await readLease(stage, consumer);
  return lease !== undefined && lease.heldUntilMs >= nowMs ? lease : undefined;
};

/** Asks until it is nobody's, or a run's; or a look takes too long, or it is told to stop. */
const waitWhileLooking = async (
  ask: () => Promise<Lease | undefined>,
  { onLook, signal }: LookWaiting,
): Promise<Lease | undefined> => {
  for (let token = "", giveUpAt = 0; ; ) {
    const by = await ask();
    if (by?.act !== LOOK || signal?.aborted) return by;
    if (by.token !== token) {
      token = by.token;
      giveUpAt = performance.now() + LOOK_PATIENCE_MS;
      onLook?.(by);
    } else if (performance.now() >= giveUpAt) return by;
    await sleep(LOOK_IS_OVER_MS, undefined, signal && { signal }).catch(() => {});
  }
};

/** Who holds it; one that only looks is waited for. */
export const leaseWorker = (
  stage: Stage,
  consumer: string,
  { nowMs = Date.now, ...waiting }: LookWaiting & Pick<LeaseRequest, "nowMs"> = {},
): Promise<Lease | undefined> =>
  waitWhileLooking(() => leaseHolder(stage, consumer, nowMs()), waiting);

/** Until nobody holds it; or it is told to stop. */
export const waitForLease = async (
  stage: Stage,
  consumer: string,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: (by: Lease) => void },
): Promise<void> => {
  for (let told = ""; !signal.aborted; ) {
    const by = await leaseHolder(stage, consumer);
    if (by === undefined) return;
    if (by.token !== told) onWait(by);
    told = by.token;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
};

const write = async (stage: Stage, consumer: string, lease: Lease, nowMs: number) => {
  const command = new PutItemCommand({
    TableName: stage.outputs.DedupTable,
    Item: marshall({ ...keyOf(consumer), ...lease }),
    ConditionExpression: "attribute_not_exists(orderId) OR heldUntilMs < :now OR #token = :token",
    ExpressionAttributeNames: { "#token": "token" },
    ExpressionAttributeValues: marshall({ ":now": nowMs, ":token": lease.token }),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    await stage.dynamo.send(command);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item === undefined
      ? await readLease(stage, consumer)
      : v.parse(leaseSchema, unmarshall(error.Item));
  }
};

const remove = async ({ dynamo, outputs }: Stage, consumer: string, token: string) => {
  const command = new DeleteItemCommand({
    TableName: outputs.DedupTable,
    Key: marshall(keyOf(consumer)),
    ConditionExpression: "#token = :token",
    ExpressionAttributeNames: { "#token": "token" },
    ExpressionAttributeValues: marshall({ ":token": token }),
  });
  // Another's by now, or not to be reached: then it lapses by itself.
  await dynamo.send(command).catch(() => {});
};

/**
 * Answers who holds it, where another does; one that only looks is waited for. Rejects where the
 * table cannot be written.
 */
export const takeLease = async (
  stage: Stage,
  consumer: string,
  request: LeaseRequest,
): Promise<LeaseResult> => {
  const {
    act,
    holder = `${operatorName()} (process ${process.pid})`,
    leaseSeconds = DEFAULT_SECONDS,
  } = request;
  const nowMs = request.nowMs ?? Date.now;
  const token = randomUUID();
  let sinceMs = nowMs();
  const leaseAt = (ms: number): Lease => ({
    ...{ holder, act, token, sinceMs, heldUntilMs: ms + leaseSeconds * 1_000 },
  });
  const ask = (): Promise<Lease | undefined> => {
    sinceMs = nowMs();
    return write(stage, consumer, leaseAt(sinceMs), sinceMs);
  };
  const by = await waitWhileLooking(ask, request);
  if (by !== undefined) return { kind: "taken", by };

  const lost = new AbortController();
  let heldUntilMs = sinceMs + leaseSeconds * 1_000;
  const renew = async (): Promise<void> => {
    const startedMs = nowMs();
    try {
      const other = await write(stage, consumer, leaseAt(startedMs), startedMs);
      if (other === undefined) heldUntilMs = startedMs + leaseSeconds * 1_000;
      else lost.abort(new Error(`${other.holder} has taken the lease over`));
    } catch (error) {
      if (nowMs() > heldUntilMs) lost.abort(error);
    }
  };
  let renewal = Promise.resolve();
  const timer = setInterval(
    () => {
      renewal = renew();
    },
    (leaseSeconds * 1_000) / RENEWALS,
  );
  const release = async (): Promise<void> => {
    clearInterval(timer);
    // One that came after the removal would hold it anew, for nobody.
    await renewal;
    await remove(stage, consumer, token);
  };
  return { kind: "held", lease: { token, lost: lost.signal, release } };
};
