import {
  GetEventSourceMappingCommand,
  type LambdaClient,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { pausableNamed } from "../../cli/pausable.ts";
import type { StageOutputs } from "../../cli/stage-outputs.ts";
import { switchMapping } from "../../cli/switch-mapping.ts";
import { CONSUMERS } from "./make-stage.ts";

/** A mapping that tells these states, one a look; the last one for good. */
const lambdaOf = (...states: string[]) => {
  const asked: unknown[] = [];
  /** The state last told when it was asked to change. */
  const askedAt: (string | undefined)[] = [];
  let told: string | undefined;
  const send = async (command: unknown) => {
    if (command instanceof GetEventSourceMappingCommand) {
      told = states.length > 1 ? states.shift() : states[0];
      return { State: told };
    }
    if (command instanceof UpdateEventSourceMappingCommand) {
      asked.push(command.input);
      askedAt.push(told);
    }
    return {};
  };
  return { stage: { lambda: { send } as unknown as LambdaClient }, asked, askedAt };
};

const loyalty = { name: "loyalty", mappingId: "m" };

describe("switching a mapping", () => {
  it("waits until a change that is under way is over, and then until its own is", async () => {
    const { stage, asked, askedAt } = lambdaOf("Enabling", "Enabled", "Enabled", "Disabled");
    expect(await switchMapping(stage, loyalty, "Disabled")).toBe("switched");
    expect(asked).toEqual([{ UUID: "m", Enabled: false }]);
    expect(askedAt).toEqual(["Enabled"]);
  });

  it("says so when it was so before, and asks for it all the same", async () => {
    const { stage, asked } = lambdaOf("Enabled");
    expect(await switchMapping(stage, loyalty, "Enabled")).toBe("was so");
    expect(asked).toEqual([{ UUID: "m", Enabled: true }]);
  });

  it("ends its waiting at the signal", async () => {
    const stop = new AbortController();
    const { stage, asked } = lambdaOf("Enabled", "Disabling");
    const switching = switchMapping(stage, loyalty, "Disabled", stop.signal);
    stop.abort(new Error("interrupted"));
    await expect(switching).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toHaveLength(1);
  });
});

describe("what can be paused", () => {
  const outputs = (names: readonly string[], RelayMappingId?: string) =>
    ({
      stackName: "OrderEventBus-test",
      Consumers: names.map((name) => ({ ...CONSUMERS[0], name, mappingId: `of ${name}` })),
      ...(RelayMappingId === undefined ? {} : { RelayMappingId }),
    }) as StageOutputs;

  it("is the newest generation of a consumer", () => {
    const both = outputs(["fraud", "fraud@2"], "r");
    expect(pausableNamed(both, "fraud")).toMatchObject({
      name: "fraud@2",
      mappingId: "of fraud@2",
    });
  });

  it("is the relay, unless a consumer is called so", () => {
    expect(pausableNamed(outputs(["fraud"], "r"), "relay")).toEqual({
      ...{ name: "relay", mappingId: "r" },
    });
    expect(pausableNamed(outputs(["relay"], "r"), "relay")).toMatchObject({
      mappingId: "of relay",
    });
  });

  it("is nothing that is not there", () => {
    expect(() => pausableNamed(outputs(["fraud"]), "relay")).toThrow("has no consumer relay");
    expect(() => pausableNamed(outputs(["fraud"], "r"), "mail")).toThrow("it has fraud");
  });
});
