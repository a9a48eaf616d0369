/** Told wherever a consumer waits for an event that nobody sends it any more. */
export type Waited = {
  /** The consumer's key or name. */
  readonly consumer: string;
  /** The order, or a word in its place. */
  readonly orderId: string;
  /** The missing event's type, where it is known. */
  readonly eventType?: string | undefined;
  /** What follows each command, such as `--stage prod`. */
  readonly stageWords?: string;
};

/** One line: a missing event may be one that was passed over before its type was handled. */
export const newlyHandled = ({
  consumer,
  orderId,
  eventType = "TYPE",
  stageWords = "",
}: Waited): string => {
  const name = consumer.split("@")[0];
  return (
    `if ${name} handles ${eventType === "TYPE" ? "its type" : eventType} only since lately, it was passed over before: ` +
    `apply it (bus replay --order ${orderId} --to-consumer ${name}${stageWords}, then bus dlq redrive ${name}${stageWords}), ` +
    `or leave it out (bus seed-watermarks ${name} --past ${eventType} --until DEPLOY_TIME${stageWords}, then the redrive)`
  );
};
