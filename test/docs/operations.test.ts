/**
 * Whatever the runbook tells a person to type is typed here, in the state that it is for, with the
 * answer that it should give.
 */
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
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
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { makeOrderLines } from "../end-to-end/make-order-lines.ts";
import { drain, quickSettings } from "../end-to-end/start-bus.ts";
import { typedTexts } from "./operations-page.ts";
import { hasAwsCli, type ShellWorld, startShellWorld } from "./start-shell-world.ts";

/** What nothing on one machine answers, and where it is tried instead. */
const NOT_TYPED: readonly (readonly [part: string, why: string])[] = [
  ["start-message-move-task", "fauxqs has no move task; `npm run test:localstack` runs the loop"],
  ["filter-pattern '{ $.message", "no emulator here has CloudWatch Logs"],
  ["filter-pattern ERROR", "no emulator here has CloudWatch Logs"],
  ["get-account-settings", "an account's limits are of AWS alone"],
];

const unit = (part: string): string => {
  const found = typedTexts.filter((text) => text === part || text.includes(part));
  const exact = found.find((text) => text === part);
  if (exact !== undefined) return exact;
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new Error(`${found.length} of the page's commands have "${part}"; name one of them`);
};

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

  const rings = async (): Promise<readonly (string | undefined)[]> => {
    const AlarmTypes = ["CompositeAlarm" as const];
    const ask = new DescribeAlarmsCommand({ AlarmTypes, StateValue: "ALARM" });
    const { CompositeAlarms = [] } = await world.stage.cloudwatch.send(ask);
    return CompositeAlarms.map(({ AlarmName }) => AlarmName);
  };
  const poison = async (orderId: string) => {
    await writeStock("broken", { available: 5, onHand: 5, reserved: "none", shipped: 0 });
    // Created and shipped: of a payment inventory knows nothing.
    await place(orderId, "broken", 3);
    await until("both letters are dead", async () => (await letters()) === 2);
    await until("the alarm rings", async () =>
      (await rings()).includes("OrderEventBus-prod/inventory/Stuck"),
    );
  };
  const repair = () => writeStock("broken", { available: 5, onHand: 5, reserved: 0, shipped: 0 });
  const take = (QueueUrl: string) =>
    until("the event is in the queue", async () => {
      const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 });
      return (await world.stage.sqs.send(receive)).Messages?.[0] ?? false;
    });
  let lostAtMs = 0;
  const lose = async (orderId: string) => {
    await world.bus.pauseMapping(inventory().mappingId);
    await place(orderId, "sound", 1);
    lostAtMs = Date.now();
    const QueueUrl = inventory().queueUrl;
    const { ReceiptHandle } = await take(QueueUrl);
    await world.stage.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    world.bus.resumeMapping(inventory().mappingId);
  };
  /** It waits where SNS would have put it, in place of in the queue. */
  const undeliver = async () => {
    const { queueUrl, subscriptionDeadLetterQueueUrl: aside } = inventory();
    const { sqs } = world.stage;
    await world.bus.pauseMapping(inventory().mappingId);
    await place("A-1006", "sound", 1);
    const { Body = "", ReceiptHandle } = await take(queueUrl);
    await putIn(aside, JSON.parse(Body), "A-1006");
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    world.bus.resumeMapping(inventory().mappingId);
  };
  const park = () =>
    putIn(world.stage.outputs.ParkingQueueUrl ?? "", {
      ...{ orderId: "A-1003", sequence: 1, error: { name: "InvalidParameter", message: "no" } },
    });

  const STORY: readonly Step[] = [
    {
      when: "nothing is wrong",
      make: async () => {
        await world.play(generateTrace(41, 10));
        await drain(world.stage);
      },
      type: [
        ["bus alarms --stage prod", 0, /no alarm|none|quiet/i],
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
      make: () => poison("A-1001"),
      type: [
        ["describe-alarms", 0, /inventory\/Stuck.*operations\.md#an-order-is-stuck/s],
        ["bus order A-1001", 1, /not retryable/],
        ["bus dlq list inventory", 1, /A-1001/],
        ["bus dlq show inventory A-1001", 1, /not retryable/],
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
      when: "that is repaired",
      make: repair,
      type: [
        ["bus dlq redrive inventory --dry-run", 0, /2/],
        ["bus dlq redrive inventory --yes", 0, /2/],
      ],
    },
    {
      when: "an event will never be applied",
      make: () => poison("A-1002"),
      type: [["bus dlq discard inventory A-1002", 0, /1/]],
    },
    {
      when: "a customer wants to be forgotten",
      make: async () => {
        await repair();
        const [line] = makeOrderLines("A-1005", [{ sku: "sound", quantity: 1, unitPriceCents: 9 }]);
        await world.play([{ ...line, customerId: "customer-4711" }]);
        await drain(world.stage);
      },
      type: [
        ["bus erase customer-4711 --dry-run", 0, /orders: 1\n/],
        ["bus erase customer-4711 --yes", 0, /nothing has the id any more/],
      ],
    },
    {
      when: "an event is lost on its way to inventory",
      make: async () => {
        await lose("A-1004");
        await lose("A-1003");
      },
      type: [
        ["version: version.N", 0, /"version": "1"[^}]*"order\.created"/s],
        ["bus republish A-1003", 0, /1 event/],
        ["bus replay --order A-1003", 0, /1 event/],
      ],
    },
    {
      when: "the relay parked an event",
      make: park,
      type: [
        ["bus dlq relay list", 1, /A-1003/],
        ["bus dlq relay clear", 0, /1/],
      ],
    },
    {
      when: "it parked another one, which is looked at with the AWS CLI",
      make: park,
      type: [["--visibility-timeout 5", 0, /A-1003.*InvalidParameter/]],
    },
    {
      when: "SNS could not deliver an event to inventory",
      make: undeliver,
      type: [
        ["bus dlq subscription list inventory", 1, /A-1006/],
        ["bus dlq subscription redrive inventory", 0, /1/],
      ],
    },
    {
      when: "mappings are paused",
      make: () => world.bus.pauseMapping(inventory().mappingId),
      type: [
        ["bus resume inventory", 0, /inventory/],
        ["bus pause inventory", 0, /inventory/],
        ["'[UUID,State]'\naws lambda update", 0, /"Disabled".*"State": "Enabl/s],
        ["--no-enabled", 0, /"State": "Disabl.*"State": "Enabl/s],
        ["cut -f 1", 0, /"State": "Enabled"/],
      ],
    },
    {
      when: "the stream forgot a day",
      type: [["bus republish --since", 0, /events? of \d+ orders?/]],
    },
    {
      when: "the door is to be closed and opened by hand",
      type: [
        ["bus admission --stage prod", 0, /open/],
        ["bus admission close", 0, /503 and Retry-After/],
        ["SET forced = :order", 0, /"position"/],
        ["bus admission open", 0, /open/],
      ],
    },
    {
      when: "nobody has seen an event get lost",
      make: async () => {
        // So old that A-1004's is not on its way any more.
        await until("a minute has gone by", () => Date.now() - lostAtMs > 62_000);
      },
      type: [["bus audit --repair", 0, /1 event/]],
    },
  ];

  beforeAll(async () => {
    world = await startShellWorld(
      { ...quickSettings, consumerSettings: { initialStock: 1_000 } },
      {
        alarmMinuteSeconds: 1,
      },
    );
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
    const left = typedTexts.filter((text) => !done.includes(text) && !excused.includes(text));
    expect(left).toEqual([]);
    expect(excused.filter((text) => done.includes(text))).toEqual([]);
  });
});
