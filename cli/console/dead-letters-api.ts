/** What the page of the dead letters reads and does. */
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import * as v from "valibot";
import type { DeadLetterList } from "../dead-letters/dead-letter.ts";
import { groupByCause } from "../dead-letters/group-by-cause.ts";
import { planOf, type RedrivePlan, sumLetters } from "../dead-letters/plan.ts";
import type { ActRegister, NewAct } from "./act-register.ts";
import type { ConsoleEnv } from "./console-app.ts";
import type { ConsolePorts } from "./console-ports.ts";
import type { ActView, DeadLettersView, PreviewView } from "./console-views.ts";
import { filterSchema, type PageFilter, passes } from "./dead-letter-filter.ts";
import type { DeadLetterLooks, Look } from "./dead-letter-looks.ts";
import { type PlanShelf, planShelf } from "./plan-shelf.ts";
import { readBody } from "./read-body.ts";

export type DeadLettersApiOptions = {
  readonly ports: ConsolePorts;
  readonly looks: DeadLetterLooks;
  readonly acts: ActRegister;
  readonly onEnd: () => void;
};

const PAGE_SIZE = 50;
const EXAMPLES = 5;

const refuse = (status: 400 | 404 | 409, error: string): HTTPException =>
  new HTTPException(status, { res: Response.json({ error }, { status }) });

const pageSchema = v.object({
  ...filterSchema.entries,
  from: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(0)), "0"),
});

const redriveSchema = v.object({
  planId: v.string(),
  ratePerSecond: v.exactOptional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(10_000))),
  canary: v.picklist(["first", "none"]),
});

const discardSchema = v.object({
  planId: v.string(),
  why: v.pipe(v.string(), v.trim(), v.minLength(1, "say why"), v.maxLength(500)),
});

const viewOf = ({ view, list, atMs = 0 }: Look, filter: PageFilter, from: number) => {
  if (list === undefined) return { look: view } satisfies DeadLettersView;
  const matching = list.orders.filter((order) => passes(order, filter));
  const found = {
    ...{ atMs, orders: list.orders.length, letters: list.letters, remarks: list.remarks },
    groups: groupByCause(list.orders),
    matching: { orders: matching.length, letters: sumLetters(matching) },
    ...{ from, size: PAGE_SIZE, page: matching.slice(from, from + PAGE_SIZE) },
  };
  return { look: view, found } satisfies DeadLettersView;
};

const planFor = (list: DeadLetterList, filter: PageFilter): RedrivePlan =>
  planOf({ ...list, orders: list.orders.filter((order) => passes(order, filter)) });

type Room = DeadLettersApiOptions & {
  readonly plans: PlanShelf<RedrivePlan>;
  readonly known: (consumer: string) => string;
};

const addReads = (api: Hono<ConsoleEnv>, { looks, plans, known }: Room): void => {
  api.get("/:consumer", (c) => {
    const consumer = known(c.req.param("consumer"));
    const query = v.safeParse(pageSchema, c.req.query());
    if (!query.success) throw refuse(400, query.issues.map(({ message }) => message).join("; "));
    const { from, ...filter } = query.output;
    if (looks.get(consumer).view.looks === 0) looks.begin(consumer);
    return c.json<DeadLettersView>(viewOf(looks.get(consumer), filter, from));
  });
  api.post("/:consumer/look", (c) => {
    looks.begin(known(c.req.param("consumer")));
    return c.json({});
  });
  api.post("/:consumer/preview", async (c) => {
    const { list } = looks.get(known(c.req.param("consumer")));
    if (list === undefined) throw refuse(409, "nothing was looked at yet");
    const plan = planFor(list, await readBody(c, filterSchema));
    const { orders, letters, remarks } = plan;
    const examples = orders.slice(0, EXAMPLES).map(({ orderId }) => orderId);
    const planId = plans.put(plan);
    return c.json<PreviewView>({ planId, orders: orders.length, letters, remarks, examples });
  });
};

const addActs = (api: Hono<ConsoleEnv>, { ports, looks, acts, onEnd, plans, known }: Room) => {
  const { deadLetters } = ports;
  /** A plan is good for one act of its own consumer. */
  const take = (consumer: string, planId: string): RedrivePlan => {
    const plan = plans.take(planId);
    if (plan !== undefined && plan.consumer === consumer) return plan;
    throw refuse(409, "this preview is no longer good; look again");
  };
  const start = (act: Omit<NewAct, "onEnd">): ActView => {
    const look = () => {
      looks.begin(act.consumer);
      onEnd();
    };
    const started = acts.start({ ...act, onEnd: look });
    if (started !== undefined) return started;
    throw refuse(409, "an act on these letters is still running");
  };
  api.post("/:consumer/redrive", async (c) => {
    const consumer = known(c.req.param("consumer"));
    const { planId, ...options } = await readBody(c, redriveSchema);
    const plan = take(consumer, planId);
    const run: NewAct["run"] = (work) => deadLetters.redrive(plan, { ...options, ...work });
    return c.json<ActView>(start({ what: "redrive", consumer, total: plan.letters, run }));
  });
  api.post("/:consumer/discard", async (c) => {
    const consumer = known(c.req.param("consumer"));
    const { planId, why } = await readBody(c, discardSchema);
    const plan = take(consumer, planId);
    const run: NewAct["run"] = (work) => deadLetters.discard(plan, { why, ...work });
    return c.json<ActView>(start({ what: "discard", consumer, total: plan.orders.length, run }));
  });
};

export const deadLettersApi = (options: DeadLettersApiOptions): Hono<ConsoleEnv> => {
  const { consumers } = options.ports;
  const known = (consumer: string): string => {
    if (consumers.includes(consumer)) return consumer;
    throw refuse(404, `there is no consumer ${consumer}, only ${consumers.join(", ")}`);
  };
  const api = new Hono<ConsoleEnv>();
  const room = { ...options, plans: planShelf<RedrivePlan>(), known };
  addReads(api, room);
  addActs(api, room);
  return api;
};
