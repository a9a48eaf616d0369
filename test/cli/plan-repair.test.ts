import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../cli/audit/audit.ts";
import { commandsOf, describeFindings } from "../../cli/audit/describe-findings.ts";
import { planRepair } from "../../cli/audit/plan-repair.ts";

const CONSUMERS = ["fraud", "loyalty", "warehouse"];
const NOW = 10_000_000;
const rules = { consumers: CONSUMERS, overdue: "leave", nowMs: NOW } as const;
const finding = (over: Partial<Finding> = {}): Finding => ({
  ...{ consumer: "fraud", orderId: "a", next: 2, version: 3, lastEventAtMs: 0, where: "lost" },
  ignoredBy: [],
  ...over,
});
const atAll = (over: Partial<Finding> = {}) =>
  CONSUMERS.map((consumer) => finding({ consumer, ...over }));

describe("a repair", () => {
  it("sends to the topic what nobody has who needs it", () => {
    const some = [finding({ ignoredBy: ["warehouse"] }), finding({ consumer: "loyalty" })];
    expect(planRepair(some, rules).republish).toEqual([]);
    const both = some.map((each) => ({ ...each, ignoredBy: ["warehouse"] }));
    expect(planRepair(both, rules)).toEqual({
      ...{ republish: [{ orderId: "a", from: 2, to: 3 }], replays: [], left: [] },
    });
  });

  it("sends to one consumer what only that one lacks, to the order's end", () => {
    expect(planRepair([finding()], rules)).toEqual({
      republish: [],
      replays: [{ consumer: "fraud", spans: [{ orderId: "a", from: 2, to: 3 }] }],
      left: [],
    });
  });

  it("sends to the topic what no consumer has, from the first event that any lacks", () => {
    const [one, ...others] = atAll();
    const findings = [{ ...finding(one), next: 1 }, ...others];
    expect(planRepair(findings, rules)).toEqual({
      ...{ republish: [{ orderId: "a", from: 1, to: 3 }], replays: [], left: [] },
    });
  });

  it("goes round the topic while SNS may still drop the event's id", () => {
    const { republish, replays } = planRepair(atAll({ lastEventAtMs: NOW - 300_000 }), rules);
    expect(republish).toEqual([]);
    expect(replays.map(({ consumer }) => consumer)).toEqual(CONSUMERS);
  });

  it("leaves what may only be late, unless it is asked for", () => {
    const late = finding({ where: "overdue" });
    expect(planRepair([late], rules)).toEqual({ republish: [], replays: [], left: [late] });
    const { replays, left } = planRepair([late], { ...rules, overdue: "send again" });
    expect([replays.length, left]).toEqual([1, []]);
  });

  it("mends or leaves each finding, once, and never from behind the missing event", () => {
    const findings = fc.uniqueArray(
      fc.record({
        consumer: fc.constantFrom(...CONSUMERS),
        orderId: fc.constantFrom("a", "b", "c"),
        next: fc.integer({ min: 1, max: 4 }),
        version: fc.constant(4),
        lastEventAtMs: fc.constantFrom(0, NOW),
        where: fc.constantFrom("lost", "overdue", "expired", "undelivered", "retrying"),
        ignoredBy: fc.constant([]),
      }) as fc.Arbitrary<Finding>,
      { selector: ({ consumer, orderId }) => `${consumer}/${orderId}` },
    );
    fc.assert(
      fc.property(findings, fc.constantFrom("leave", "send again"), (given, overdue) => {
        const { republish, replays, left } = planRepair(given, { ...rules, overdue });
        for (const each of given) {
          const { consumer, orderId, next, version } = each;
          const toTopic = republish.filter((span) => span.orderId === orderId);
          const toQueue = replays
            .filter((replay) => replay.consumer === consumer)
            .flatMap(({ spans }) => spans.filter((span) => span.orderId === orderId));
          const sent = [...toTopic, ...toQueue];
          expect(sent.length + left.filter((one) => one === each).length).toBe(
            // A finding beside it may have brought the order to the topic; that is no second mend.
            left.includes(each) ? 1 + toTopic.length : 1,
          );
          for (const { from, to } of sent) {
            expect(to).toBe(version);
            if (!left.includes(each)) expect(from).toBeLessThanOrEqual(next);
          }
        }
      }),
    );
  });
});

describe("what is told of a finding", () => {
  const told = (...findings: Finding[]) =>
    describeFindings(findings, { consumers: CONSUMERS, stageWords: " --stage prod", nowMs: NOW });

  it("is where the event is, and the command that mends it", () => {
    expect(told(finding())).toEqual([
      "  a: event 2 is in no queue: lost; at fraud",
      "    bus replay --order a --to-consumer fraud --stage prod",
      expect.stringMatching(
        /fraud handles its type only since lately.*apply it .*or leave it out \(bus seed-watermarks fraud --past TYPE/,
      ),
    ]);
  });

  it("tells why an event may only be late", () => {
    const [line] = told(finding({ where: "overdue", because: "the relay is paused" }));
    expect(line).toBe("  a: event 2 is late or lost: the relay is paused; at fraud");
  });

  it("is one line for all consumers that lack the same event", () => {
    expect(told(...atAll())).toEqual([
      "  a: event 2 is in no queue: lost; at fraud, loyalty, warehouse",
      "    bus republish a --from-sequence 2 --stage prod",
    ]);
  });

  it.each([
    ["undelivered", "bus dlq subscription redrive fraud --order a"],
    ["behind a copy", "bus dlq redrive fraud --order a"],
    ["retrying", "bus order a"],
  ] as const)("is another tool's command when it is %s", (where, command) => {
    expect(commandsOf(planRepair([finding({ where })], rules))).toEqual([command]);
  });
});
