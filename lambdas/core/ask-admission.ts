/**
 * What the order API asks before it takes a new order. The answer is kept for a few seconds, so a
 * read is spent on it every few seconds and not on every order.
 *
 * It fails open: where nothing is known, orders are let in, and that is told. A shop that is shut by
 * mistake loses for certain; one that is open by mistake only makes its backlog longer.
 */
import { type AdmissionState, type Door, doorAt } from "./admission.ts";
import type { Admission, Clock, Random } from "./ports.ts";

export type UnknownDoor = Extract<Door, { kind: "unknown" }>["why"] | "unreadable";

export type AskPorts = {
  /** May throw. */
  readonly read: () => Promise<AdmissionState>;
  readonly clock: Pick<Clock, "nowMs">;
  readonly random: Random;
  /** Told once for each answer that is kept, not for each order. */
  readonly onUnknown: (why: UnknownDoor) => void;
};

const KEEP_MS = 5_000;
/** A client that comes sooner finds it closed still; the gauges are looked at once a minute. */
const SOONEST_SECONDS = 10;
const LATEST_SECONDS = 60;

/** With up to half as much again, so that those turned away do not all come back at once. */
const retryAfterSeconds = (waitMs: number, random: Random): number => {
  const seconds = Math.min(LATEST_SECONDS, Math.max(SOONEST_SECONDS, waitMs / 1_000));
  return Math.ceil(seconds * (1 + random() / 2));
};

export const askAdmission = (ports: AskPorts): Admission => {
  const { read, clock, random, onUnknown } = ports;
  let kept: { readonly askedAtMs: number; readonly door: Promise<Door | undefined> } | undefined;

  const look = async (nowMs: number): Promise<Door | undefined> => {
    let state: AdmissionState;
    try {
      state = await read();
    } catch {
      onUnknown("unreadable");
      return undefined;
    }
    const door = doorAt(state, nowMs);
    if (door.kind === "unknown") onUnknown(door.why);
    return door;
  };

  return async () => {
    const nowMs = clock.nowMs();
    if (kept === undefined || Math.abs(nowMs - kept.askedAtMs) >= KEEP_MS) {
      kept = { askedAtMs: nowMs, door: look(nowMs) };
    }
    const door = await kept.door;
    if (door?.kind !== "closed") return { kind: "open" };
    return { kind: "closed", retryAfterSeconds: retryAfterSeconds(door.untilMs - nowMs, random) };
  };
};
