/** Creates the SNS topic and its subscriptions, and ends those that the template no longer has. */
import {
  CreateTopicCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  type Subscription,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import type { Properties } from "./resource-properties.ts";
import { flag, has, record, text } from "./resource-properties.ts";

const ATTRIBUTES = ["FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope"];

export const createTopic = async (
  sns: SNSClient,
  Name: string,
  { values }: Properties,
): Promise<string> => {
  const given = ATTRIBUTES.filter((name) => values[name] !== undefined);
  const Attributes = Object.fromEntries(given.map((name) => [name, String(values[name])]));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name, Attributes }));
  if (!TopicArn) throw new Error(`CreateTopic ${Name} returned no ARN`);
  return TopicArn;
};

const subscriptionsOf = async (sns: SNSClient, TopicArn: string) => {
  const subscriptions: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
    subscriptions.push(...(page.Subscriptions ?? []));
  return subscriptions;
};

/** The ARN; none if the protocol delivers nothing on one machine, as e-mail. */
export const createSubscription = async (
  sns: SNSClient,
  properties: Properties,
): Promise<string | undefined> => {
  const Protocol = text(properties, "Protocol");
  if (Protocol !== "sqs") return undefined;
  const TopicArn = text(properties, "TopicArn");
  const Endpoint = text(properties, "Endpoint");
  const Attributes: Record<string, string> = {
    RawMessageDelivery: String(flag(properties, "RawMessageDelivery", "off")),
  };
  if (has(properties, "RedrivePolicy"))
    Attributes.RedrivePolicy = JSON.stringify(record(properties, "RedrivePolicy", "any"));
  const existing = (await subscriptionsOf(sns, TopicArn)).find((one) => one.Endpoint === Endpoint);
  if (existing?.SubscriptionArn) {
    const { SubscriptionArn } = existing;
    for (const [AttributeName, AttributeValue] of Object.entries(Attributes))
      await sns.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }),
      );
    return SubscriptionArn;
  }
  const command = { TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true };
  return (await sns.send(new SubscribeCommand(command))).SubscriptionArn;
};

/** A consumer that is gone would else collect messages for ever, which nobody reads. */
export const endOtherSubscriptions = async (
  sns: SNSClient,
  topicArn: string,
  wanted: ReadonlySet<string>,
): Promise<void> => {
  for (const { SubscriptionArn = "" } of await subscriptionsOf(sns, topicArn))
    if (!wanted.has(SubscriptionArn)) await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
};
