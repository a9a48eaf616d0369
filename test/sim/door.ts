/**
 * The admission door of a world: its gauges look at the simulated queues, the production code decides
 * once a minute while somebody shops, and the order API asks it as a warm function does.
 */
import {
  type AdmissionState,
  type Gauges,
  noAdmissionState,
} from "../../lambdas/core/admission.ts";
import { askAdmission } from "../../lambdas/core/ask-admission.ts";
import type { Admission } from "../../lambdas/core/ports.ts";
import type { TickPorts, tickAdmission } from "../../lambdas/core/tick-admission.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import type { SimDoor } from "./world.ts";

export type Tick = typeof tickAdmission;

export type Door = {
  readonly admission: Admission;
  /** Looks at the gauges every minute until nobody shops or waits any more. */
  readonly watch: () => Promise<void>;
  /** Everything is at rest: the door must open by itself. */
  readonly checkOpens: () => Promise<void>;
};

const TICK_MS = 60_000;
const LOOK_MS = 5_000;

const gaugesOf = async (bus: Bus, consumer: ConsumerState): Promise<Gauges> => {
  const { queue, deadLetters, subscriptionDeadLetters, spec } = consumer;
  const nowMs = bus.clock.nowMs();
  const { rev, tokens } = await bus.tables.ledger(spec.name).readBudget();
  const hidden = queue.messages().filter(({ hiddenUntilMs }) => hiddenUntilMs > nowMs).length;
  return {
    depth: queue.size(),
    deadLetters: deadLetters.size() + subscriptionDeadLetters.size(),
    retrying: rev > 0 && tokens < 1 ? hidden : 0,
  };
};

type Item = { state: AdmissionState };

const tickPorts = (bus: Bus, { rules }: SimDoor, item: Item): TickPorts => ({
  clock: bus.clock,
  readSignals: async () => {
    await bus.clock.sleep(bus.random.below(100));
    if (bus.faults.deal("door") === "blind") throw new Error("no attributes of a queue");
    const critical = bus.consumers.filter(({ spec }) => spec.name in rules.critical);
    const gauges = critical.map(async (consumer) => {
      return [consumer.spec.name, await gaugesOf(bus, consumer)] as const;
    });
    return Object.fromEntries(await Promise.all(gauges));
  },
  store: {
    read: async () => item.state,
    write: async (state) => {
      await bus.clock.sleep(bus.random.below(20));
      if (bus.faults.deal("door") === "changed") return "changed";
      if (state.rev !== item.state.rev + 1) return "changed";
      if (state.position !== item.state.position) bus.faults.count(`door:${state.position}`);
      item.state = state;
      return "written";
    },
  },
});

/** A look that fails decides nothing, and the next one comes in a minute. */
const tickSafely = (tick: Tick, ports: TickPorts, { rules }: SimDoor): Promise<unknown> =>
  tick(ports, rules).catch(() => undefined);

export const openDoor = (bus: Bus, settings: SimDoor, tick: Tick): Door => {
  const item: Item = { state: noAdmissionState };
  const ports = tickPorts(bus, settings, item);
  const ask = (isFaulty: boolean): Admission =>
    askAdmission({
      read: async () => {
        await bus.clock.sleep(bus.random.below(20));
        if (isFaulty && bus.faults.deal("door") === "unreadable") throw new Error("no answer");
        return item.state;
      },
      clock: bus.clock,
      random: bus.random.next,
      onUnknown: () => {},
    });
  return {
    admission: ask(true),
    watch: async () => {
      while (bus.shopping + bus.waiting > 0 && !bus.ended) {
        if (bus.faults.deal("door") !== "missed") await tickSafely(tick, ports, settings);
        await bus.clock.sleep(TICK_MS);
      }
    },
    checkOpens: async () => {
      bus.faults.calm = true;
      const untilMs = bus.clock.nowMs() + settings.rules.minimumSeconds.closed * 1_000 + TICK_MS;
      for (let nextTickMs = 0; ; ) {
        if (bus.clock.nowMs() >= nextTickMs) {
          nextTickMs = bus.clock.nowMs() + TICK_MS;
          await tickSafely(tick, ports, settings);
        }
        if ((await ask(false)()).kind === "open") break;
        if (bus.clock.nowMs() > untilMs + LOOK_MS) {
          bus.history.violate("the admission door opens again", JSON.stringify(item.state));
          break;
        }
        await bus.clock.sleep(LOOK_MS);
      }
      bus.faults.calm = false;
    },
  };
};
