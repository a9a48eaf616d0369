/**
 * fauxqs does not judge a queue's policy. So the subscription is taken away, which is what the queue
 * sees of a policy that denies; and what SNS would put into the subscription's dead-letter queue is
 * put there by hand, but for one order, as if that had failed too.
 */
import {
  ListSubscriptionsByTopicCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { scanOrders } from "../../../cli/scan-orders.ts";
import { consumerNamed } from "../../../cli/stage-outputs.ts";
import { composePublication } from "../../../lambdas/core/compose-event.ts";
import { until } from "../../emulators/until.ts";
import { makeOrderLines } from "../../end-to-end/make-order-lines.ts";
import { readRow } from "../../end-to-end/read-rows.ts";
import { expectCode, type Game, type Incident } from "../game.ts";

const CONSUMER = "recommendation";
const UNDELIVERED = ["undelivered-1", "undelivered-2"];
const DROPPED = "dropped";

const findSubscription = async ({ stage }: Game) => {
  const { TopicArn } = stage().outputs;
  const list = new ListSubscriptionsByTopicCommand({ TopicArn });
  const { Subscriptions = [] } = await stage().sns.send(list);
  const found = Subscriptions.find(({ Endpoint = "" }) => Endpoint.includes(CONSUMER));
  if (found === undefined) throw new Error(`${CONSUMER} has no subscription`);
  return found;
};

/** Another consumer has all of them: the topic has been told. */
const untilPublished = async ({ stage }: Game): Promise<void> => {
  for (const orderId of [...UNDELIVERED, DROPPED]) {
    await until(`${orderId} is at fraud`, async () => {
      return (await readRow(stage(), "fraud", orderId)).seq === 2;
    });
  }
};

/** What SNS would have put there. */
const putAside = async ({ stage }: Game): Promise<void> => {
  const { subscriptionDeadLetterQueueUrl: QueueUrl } = consumerNamed(stage().outputs, CONSUMER);
  for await (const order of scanOrders(stage())) {
    if (order.kind !== "order" || !UNDELIVERED.includes(order.orderId)) continue;
    for (let sequence = 1; sequence <= order.item.version; sequence++) {
      const { body, eventId } = composePublication(order.item, sequence);
      const message = { MessageGroupId: order.orderId, MessageDeduplicationId: eventId };
      await stage().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...message }));
    }
  }
};

export const snsDrops: Incident = {
  name: "SNS may not deliver to a queue",
  standsFor:
    "the queue's subscription is gone; its letters are put aside by hand, but for one order",
  foundBy: "alarm bus/Stuck",
  breaks: async (game) => {
    const { SubscriptionArn, Endpoint } = await findSubscription(game);
    await game.stage().sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    for (const orderId of [...UNDELIVERED, DROPPED]) {
      const lines = makeOrderLines(orderId, [{ sku: "sku-9", quantity: 1, unitPriceCents: 700 }]);
      await game.play(lines.slice(0, 2));
    }
    await untilPublished(game);
    await putAside(game);
    await game.stage().sns.send(
      new SubscribeCommand({
        ...{ TopicArn: game.stage().outputs.TopicArn, Protocol: "sqs", Endpoint },
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
  },
  mends: async ({ type }) => {
    const redrive = await type("dlq", "subscription", "redrive", CONSUMER, "--yes");
    expectCode(redrive, 0, "the redrive");
    const repair = await type("audit", "--repair", "--settle", "1", "--yes");
    expectCode(repair, 0, "the repair");
    return `the subscription is back; bus dlq subscription redrive ${CONSUMER}, bus audit --repair`;
  },
};
