import { describe, expect, it } from "vitest";
import { mappingsFrom, must, property, synthesize } from "./synthesize.ts";

const template = synthesize();

describe.each(mappingsFrom(template, "AWS::DynamoDB::Table"))(
  "the relay on $source.path",
  (relay) => {
    const { mapping, source, handler } = relay;

    it("T26 sees each change with what was before, from the oldest on", () => {
      expect(property(source, "StreamSpecification")).toEqual({
        StreamViewType: "NEW_AND_OLD_IMAGES",
      });
      expect(property(mapping, "StartingPosition")).toBe("TRIM_HORIZON");
    });

    it("retries without limit, from the first failed record on", () => {
      expect(mapping.body.Properties).toMatchObject({
        MaximumRetryAttempts: -1,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
      expect(property(mapping, "MaximumRecordAgeInSeconds")).toBeUndefined();
    });

    it("fails to a standard queue that keeps it for 14 days", () => {
      const parking = must(
        template,
        property(mapping, "DestinationConfig", "OnFailure", "Destination"),
      );
      expect(parking.type).toBe("AWS::SQS::Queue");
      expect(property(parking, "FifoQueue")).toBeUndefined();
      expect(property(parking, "MessageRetentionPeriod")).toBe(14 * 24 * 3_600);
    });

    it("ends before SNS forgets what was published", () => {
      expect(Number(property(handler, "Timeout"))).toBeLessThan(5 * 60);
    });

    it("starts after every subscription stands", () => {
      const before = mapping.body.DependsOn;
      for (const { id } of template.ofType("AWS::SNS::Subscription")) expect(before).toContain(id);
    });
  },
);

it("runs every function on the same tested runtime, with JSON logs kept for a set time", () => {
  for (const handler of template.ofType("AWS::Lambda::Function")) {
    expect(handler.body.Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
    });
    expect(property(handler, "LoggingConfig", "LogFormat"), handler.path).toBe("JSON");
    const group = must(template, property(handler, "LoggingConfig", "LogGroup"));
    expect(Number(property(group, "RetentionInDays")), group.path).toBeGreaterThan(0);
  }
});
