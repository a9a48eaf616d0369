/**
 * The runbook: it has a section for each way to fail, and whatever it tells a person to type is
 * typed here, in the state that it is for, with the answer that it should give.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { FAILURE_MODES, RUNBOOK } from "../../lib/failure-modes.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { makeOrderLines } from "../end-to-end/make-order-lines.ts";
import { drain, quickSettings } from "../end-to-end/start-bus.ts";
import { synthesize } from "../stack/synthesize.ts";
import { headings, textOf, typedTexts } from "./operations-page.ts";
import { hasAwsCli, type ShellWorld, startShellWorld } from "./start-shell-world.ts";

/** Sections that no alarm names. */
const OTHERS = ["First look", "Erase a customer"];

/** What nothing on one machine answers, and where it is tried instead. */
const NOT_TYPED: readonly (readonly [part: string, why: string])[] = [
  ["start-message-move-task", "fauxqs has no move task; `npm run test:localstack` runs the loop"],
  ["filter-pattern '{ $.message", "no emulator here has CloudWatch Logs"],
  ["filter-pattern ERROR", "no emulator here has CloudWatch Logs"],
  ["get-account-settings", "an account's limits are of AWS alone"],
];

/** Commands that are not there yet. */
const AWAITED = /^bus (dlq|pause|resume|admission|audit --repair)\b/;

const unit = (part: string): string => {
  const found = typedTexts.filter((text) => text === part || text.includes(part));
  const exact = found.find((text) => text === part);
  if (exact !== undefined) return exact;
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new Error(`${found.length} of the page's commands have "${part}"; name one of them`);
};

describe("the runbook", () => {
  const sections = Object.values(FAILURE_MODES).map(({ section }) => section);

  it("has a section for each way to fail, and none for another", () => {
    expect(headings.filter((heading) => !OTHERS.includes(heading)).toSorted()).toEqual(
      sections.toSorted(),
    );
  });

  it("is named by every alarm, at a section that is there", () => {
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    const template = synthesize({ stage: "prod" });
    const alarms = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"].flatMap((type) =>
      template.ofType(type),
    );
    expect(alarms.length).toBeGreaterThan(50);
    const named = alarms.map(({ body }) =>
      /operations\.md#([a-z0-9-]+)/.exec(JSON.stringify(body)),
    );
    expect(alarms.filter((_, index) => named[index] === null)).toEqual([]);
    expect(named.filter((match) => !anchors.includes(match?.[1] ?? ""))).toEqual([]);
    expect(RUNBOOK).toBe("docs/operations.md");
  });

  it.each(sections)("says under “%s” what is seen, what it means, and what to do", (section) => {
    const text = textOf(section);
    expect(text).toContain("*You see:*");
    expect(text).toContain("*It means:*");
    expect(text).toMatch(/\*\*(Console|AWS CLI|Console and AWS CLI|AWS CLI\*\* and \*\*console)/);
    expect(text).toMatch(/^bus /m);
  });
});

type Typing = readonly [part: string, code: number, says: RegExp];
type Step = {
  readonly when: string;
  readonly make?: () => Promise<unknown>;
  readonly type: readonly Typing[];
};

describe.skipIf(!hasDynoxide || !hasAwsCli)("what the runbook says to type", () => {
  let world: ShellWorld;
  const inventory = () => consumerNamed(world.stage.outputs, "inventory");
  const letters = () => queueDepth(world.stage.sqs, inventory().deadLetterQueueUrl);
  const writeStock = (sku: string, row: object) =>
    world.stage.dynamo.send(
      new PutItemCommand({
        TableName: inventory().tables.stock ?? "",
        Item: marshall({ sku, ...row }),
      }),
    );
  const place = async (orderId: string, sku: string, steps = 2) => {
    const lines = makeOrderLines(orderId, [{ sku, quantity: 1, unitPriceCents: 900 }]);
    await world.play(lines.slice(0, steps));
  };
  const putIn = (queueUrl: string, body: object, group?: string) =>
    world.stage.sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(body),
        ...(group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: group }),
      }),
    );

  const poison = async () => {
    await writeStock("broken", { available: 5, onHand: 5, reserved: "none", shipped: 0 });
    await place("A-1001", "broken");
    await until("both letters are dead", async () => (await letters()) === 2);
  };
  const loseOne = async () => {
    await world.bus.pauseMapping(inventory().mappingId);
    await place("A-1003", "sound", 1);
    const { sqs } = world.stage;
    const QueueUrl = inventory().queueUrl;
    const message = await until("the event is in the queue", async () => {
      const answer = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      return answer.Messages?.[0] ?? false;
    });
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle ?? "" }),
    );
    world.bus.resumeMapping(inventory().mappingId);
  };
  const park = () =>
    putIn(world.stage.outputs.ParkingQueueUrl ?? "", {
      ...{ orderId: "A-1003", sequence: 2, error: "InvalidParameter" },
    });

  const STORY: readonly Step[] = [
    {
      when: "nothing is wrong",
      make: async () => {
        await world.play(generateTrace(41, 10));
        await drain(world.stage);
      },
      type: [
        ["bus status --stage prod", 0, /inventory +runs/],
        ["bus audit --stage prod", 0, /audit ok: all \d+ events of 10 orders/],
        ["bus plan --backlog 50M", 0, /50,000,000 events of inventory within 6 h: \d+ invocations/],
        ["bus plan --backlog 50k", 0, /within 30 min/],
        ['mapping_of "$(relay_stream)"', 0, /\tEnabled\n/],
        ["list-subscriptions-by-topic", 0, /OrderEventBus-prod-inventory\.fifo.*\n0\t0\n$/s],
        ["'Item.tokens.N'", 0, /null|"\d+"/],
        ["Item.decidedAtMs.N", 0, /"\d{13}"/],
        ['depth "$(of_consumer .queueUrl)"', 0, /^0\t0\n$/],
      ],
    },
    {
      when: "an order is dead at inventory",
      make: poison,
      type: [
        ["bus order A-1001", 1, /not retryable/],
        [
          "life.M.dead.M.cause.S, error: life.M.error.M.message.S }'",
          0,
          /"cause": "not retryable"/,
        ],
        ["--index-name dead-letters", 0, /not retryable.*A-1001/s],
        ['depth "$(of_consumer .deadLetterQueueUrl)"', 0, /^2\t0\n$/],
      ],
    },
    {
      when: "an event is lost on its way to inventory",
      make: loseOne,
      type: [
        ["version: version.N", 0, /"version": "1"[^}]*"order\.created"/s],
        ["bus republish A-1003", 0, /1 event/],
        ["bus replay --order A-1003", 0, /1 event/],
      ],
    },
    {
      when: "the relay parked an event",
      make: park,
      type: [["--visibility-timeout 5", 0, /A-1003.*InvalidParameter/]],
    },
    {
      when: "mappings are paused",
      make: () => world.bus.pauseMapping(inventory().mappingId),
      type: [
        ["'[UUID,State]'\naws lambda update", 0, /"Disabled".*"State": "Enabl/s],
        ["--no-enabled", 0, /"State": "Disabl.*"State": "Enabl/s],
        ["cut -f 1", 0, /"State": "Enabled"/],
      ],
    },
    {
      when: "the stream forgot a day",
      type: [["bus republish --lost-in", 0, /events? of \d+ orders?/]],
    },
    {
      when: "the door is to be opened by hand",
      type: [["SET forced = :order", 0, /"position"/]],
    },
  ];

  beforeAll(async () => {
    world = await startShellWorld({ ...quickSettings, consumerSettings: { initialStock: 1_000 } });
  });
  afterAll(() => world?.stop());

  it.each(STORY)("when $when", async ({ make, type }) => {
    await make?.();
    for (const [part, code, says] of type) {
      const answer = await world.type(unit(part));
      expect({ part, ...answer }).toEqual({ part, code, output: expect.stringMatching(says) });
    }
  });

  it("is typed here, all of it but what nothing on one machine can answer", () => {
    const done = STORY.flatMap(({ type }) => type.map(([part]) => unit(part)));
    const excused = NOT_TYPED.map(([part]) => unit(part));
    const left = typedTexts.filter(
      (text) => !done.includes(text) && !excused.includes(text) && !AWAITED.test(text),
    );
    expect(left).toEqual([]);
    expect(excused.filter((text) => done.includes(text))).toEqual([]);
  });
});
