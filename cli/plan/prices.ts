/**
 * US dollars in us-east-1, as the public price pages of 2026 have them. Without free tiers, since an
 * account has each only once.
 */
const MILLION = 1_000_000;

export const PRICES = {
  /** https://aws.amazon.com/sqs/pricing/: FIFO, a request of up to 64 KB. */
  sqsRequest: 0.5 / MILLION,
  /** https://aws.amazon.com/lambda/pricing/: arm64. */
  lambdaRequest: 0.2 / MILLION,
  lambdaGbSecond: 0.000_013_333_4,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  writeUnit: 0.625 / MILLION,
  readUnit: 0.125 / MILLION,
  storedGbMonth: 0.25,
  /** Point-in-time recovery. */
  backupGbMonth: 0.2,
  /** https://aws.amazon.com/sns/pricing/: FIFO topics. */
  snsPublish: 0.3 / MILLION,
  snsInGb: 0.017,
  snsDelivery: 0.01 / MILLION,
  snsOutGb: 0.001,
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  dashboardMonth: 3,
  compositeAlarmMonth: 0.5,
} as const;

export const GB = 2 ** 30;
