/** Which of AWS's own metrics the embedded runtime can tell, and which not, with the reason. */

const SNS_COUNTS = "the emulator of SNS counts no deliveries; what it cannot deliver it only logs";

const AVAILABLE: Readonly<Record<string, readonly string[]>> = {
  "AWS/Lambda": ["Invocations", "Errors", "Throttles", "Duration", "IteratorAge"],
  "AWS/SQS": [
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateAgeOfOldestMessage",
    "NumberOfMessagesReceived",
  ],
};

const UNAVAILABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "AWS/SNS": {
    NumberOfMessagesPublished: SNS_COUNTS,
    NumberOfNotificationsDelivered: SNS_COUNTS,
    NumberOfNotificationsFailed: SNS_COUNTS,
    NumberOfNotificationsFailedToRedriveToDlq: SNS_COUNTS,
  },
};

export type Availability =
  | { readonly kind: "told" }
  | { readonly kind: "not available"; readonly reason: string }
  | { readonly kind: "unknown" };

/** A namespace that is not AWS's is a function's own, and told as it is printed. */
export const availabilityOf = (namespace: string, name: string): Availability => {
  if (!namespace.startsWith("AWS/") || AVAILABLE[namespace]?.includes(name))
    return { kind: "told" };
  const reason = UNAVAILABLE[namespace]?.[name];
  return reason === undefined ? { kind: "unknown" } : { kind: "not available", reason };
};
