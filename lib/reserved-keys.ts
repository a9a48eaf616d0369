/**
 * Partition keys of the dedup table that are no order's, since no order id may contain `#`. The
 * functions name them as well; a test holds the two together.
 */
import type { Conditions } from "aws-cdk-lib/aws-iam";

export const ADMISSION_KEY = "#admission";
export const BUDGET_KEY = "#budget";
export const PATROL_KEY = "#patrol";

/** For a right to a table that ends at these partition keys. */
export const onlyItems = (...keys: readonly string[]): Conditions => ({
  "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": keys },
});
