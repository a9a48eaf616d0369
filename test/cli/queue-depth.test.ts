import type { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { queueCounts, queueDepth } from "../../cli/queue-depth.ts";

const COUNTS = {
  ApproximateNumberOfMessages: "3",
  ApproximateNumberOfMessagesNotVisible: "2",
  ApproximateNumberOfMessagesDelayed: "1",
};
const telling = (Attributes: Readonly<Record<string, string>>) =>
  ({ send: async () => ({ Attributes }) }) as unknown as SQSClient;

describe("the depth of a queue", () => {
  it("is all that it holds, and apart what is received and not deleted", async () => {
    expect(await queueDepth(telling(COUNTS), "q")).toBe(6);
    expect(await queueCounts(telling(COUNTS), "q")).toEqual({ waiting: 4, inFlight: 2 });
  });

  it.each(Object.keys(COUNTS))("is not made up where %s is missing", async (missing) => {
    const told = Object.fromEntries(Object.entries(COUNTS).filter(([name]) => name !== missing));
    await expect(queueDepth(telling(told), "q")).rejects.toThrow("did not tell how many");
  });
});
