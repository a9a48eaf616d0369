export const DAY_MS = 86_400_000;

/** The longest way of a message: 23 days in SNS, 14 in the queue, 14 dead, and a margin. */
export const LONGEST_PATH_DAYS = 60;

/** Epoch seconds, as DynamoDB's TTL takes them: so many days after an instant. */
export const expiresAt = (sinceMs: number, days: number): number =>
  Math.floor((sinceMs + days * DAY_MS) / 1_000);
