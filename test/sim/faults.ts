/**
 * Faults, drawn from one finite tape a site: past its end the site is healthy, so every world ends
 * in peace. A world first draws which kinds exist in it at all (swarm). Every fault that is dealt
 * has a name, `site:kind#n`, and can be struck out by it: that is how a violation is shrunk.
 */
import { type Prng, prng, seedOf } from "./prng.ts";

export const FAULT_KINDS = {
  client: ["lostAnswer", "crash", "twice", "late"],
  wrong: ["asks"],
  door: ["missed", "blind", "changed", "unreadable"],
  store: ["throttle", "lostReply", "conflict"],
  publish: ["throttle", "lostReply", "crash", "differentBody", "outage6", "outage16"],
  deliver: ["delay", "undeliverable", "twice"],
  subscribe: ["late"],
  receive: ["fewer", "lapse"],
  remove: ["fails", "lostReply"],
  sqs: ["denyAll"],
  invoke: [
    "throttled",
    "crashBefore",
    "crashBetween",
    "crashAfter",
    "zombie",
    "lostResponse",
    "malformed",
  ],
  ledger: ["throttle", "lostReply", "conflict", "stale"],
  facts: ["throttle", "lostReply", "fails"],
  data: ["poison", "unknownVersion"],
  ttl: ["early", "late"],
} as const;

export type Site = keyof typeof FAULT_KINDS;
export type FaultName = `${Site}:${string}`;

/** How long a site's tape is, and how much of it is faults at most. */
const TAPES: Record<Site, { readonly cells: number; readonly density: number }> = {
  client: { cells: 30, density: 0.4 },
  wrong: { cells: 10, density: 0.2 },
  door: { cells: 40, density: 0.4 },
  store: { cells: 30, density: 0.3 },
  publish: { cells: 20, density: 0.4 },
  deliver: { cells: 40, density: 0.2 },
  subscribe: { cells: 3, density: 0.1 },
  receive: { cells: 40, density: 0.3 },
  remove: { cells: 30, density: 0.3 },
  sqs: { cells: 1, density: 0.2 },
  invoke: { cells: 30, density: 0.4 },
  ledger: { cells: 60, density: 0.3 },
  facts: { cells: 30, density: 0.5 },
  data: { cells: 12, density: 0.2 },
  ttl: { cells: 1, density: 0.5 },
};

export type Faults = {
  /** While it is set, none is dealt. */
  calm: boolean;
  /** Counts what happened but was not dealt from a tape. */
  readonly count: (name: string) => void;
  /** The fault of this call, or `ok`. */
  readonly deal: (site: Site) => string;
  readonly hits: ReadonlyMap<string, number>;
  /** Every fault dealt, by name, in the order dealt. */
  readonly dealt: readonly string[];
};

type Tape = {
  readonly kinds: readonly string[];
  readonly density: number;
  readonly random: Prng;
  left: number;
  drawn: number;
};

export type FaultPlan = {
  readonly seed: number;
  /** Faults by name that are not dealt. */
  readonly struck: ReadonlySet<string>;
  /** When given, no other faults are dealt. */
  readonly only?: ReadonlySet<string>;
};

export const simFaults = ({ seed, struck, only }: FaultPlan): Faults => {
  const hits = new Map<string, number>();
  const count = (name: string): void => void hits.set(name, (hits.get(name) ?? 0) + 1);
  const dealt: string[] = [];
  const swarm = prng(seedOf(seed, "swarm"));
  const calm = swarm.chance(0.05);
  const sites = new Map(
    (Object.keys(FAULT_KINDS) as Site[]).map((site) => {
      const kinds = FAULT_KINDS[site].filter(() => swarm.chance(0.5));
      const density = calm ? 0 : TAPES[site].density * swarm.next();
      const random = prng(seedOf(seed, site));
      const tape: Tape = { kinds, density, left: TAPES[site].cells, drawn: 0, random };
      return [site, tape] as const;
    }),
  );
  const faults: Faults = {
    calm: false,
    count,
    hits,
    dealt,
    deal: (site) => {
      const tape = sites.get(site);
      if (faults.calm || tape === undefined || tape.left === 0) return "ok";
      tape.left--;
      const number = tape.drawn++;
      const faulty = tape.random.next() < tape.density;
      const choice = tape.random.next();
      const kind = tape.kinds[Math.floor(choice * tape.kinds.length)];
      if (!faulty || kind === undefined) return "ok";
      const name = `${site}:${kind}#${number}`;
      if (struck.has(name) || (only !== undefined && !only.has(name))) return "ok";
      dealt.push(name);
      count(`${site}:${kind}`);
      return kind;
    },
  };
  return faults;
};
