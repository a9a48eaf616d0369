import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type Command, Option } from "commander";
import { confirmAct } from "../confirm-act.ts";
import { count } from "../describe-figures.ts";
import { EXIT } from "../exit-codes.ts";
import { pausableNamed } from "../pausable.ts";
import { queueCounts } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import { stageCommand } from "../stage-command.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { describeSpan } from "../status/describe-span.ts";
import { switchMapping } from "../switch-mapping.ts";

const retentionOf = async ({ sqs }: Stage, QueueUrl: string): Promise<string> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["MessageRetentionPeriod"] }),
  );
  const seconds = Number(Attributes.MessageRetentionPeriod);
  return seconds > 0 ? `, for ${describeSpan(seconds * 1_000)} at most` : "";
};

const preview = async (stage: Stage, { name, queueUrl }: ConsumerOutput): Promise<string> => {
  const { waiting, inFlight } = await queueCounts(stage.sqs, queueUrl);
  const kept = await retentionOf(stage, queueUrl);
  return (
    `${name} of ${stage.outputs.stackName} has ${count(waiting)} events waiting and ` +
    `${count(inFlight)} in flight. What it is working on ends; then it takes nothing more.\n` +
    `Its events are kept in its queue, in order${kept}. Other consumers go on. If it is a critical ` +
    "one, its backlog closes the door to new orders in the end."
  );
};

/** (4.8) */
const relayPreview = (stackName: string): string =>
  `While the relay of ${stackName} is paused no consumer hears of anything new. Orders and their ` +
  "steps are taken.\nThe table's stream keeps them for 24 hours; what it has forgotten by then goes " +
  "out by bus republish alone.";

/** `bus pause CONSUMER`: its events wait until it is resumed. */
export const pauseCommand = (): Command =>
  stageCommand<{ readonly yes?: true }>("pause", async ({ stage, args, options, signal }) => {
    const [name = ""] = args;
    const paused = pausableNamed(stage.outputs, name);
    const { consumer } = paused;
    const { stackName } = stage.outputs;
    console.log(consumer ? await preview(stage, consumer) : relayPreview(stackName));
    const question = `Pause ${paused.name}?`;
    if (!(await confirmAct({ question, yes: options.yes, signal }))) return EXIT.unconfirmed;
    const done = await switchMapping(stage, paused, "Disabled", signal);
    const was = done === "was so" ? "was paused already" : "is paused";
    console.log(`${paused.name} ${was}. To let it go on: bus resume ${name}`);
    return EXIT.done;
  })
    .summary("let a consumer's events wait")
    .description(
      "Disables the event source mapping of a consumer: its function is called no more, its events " +
        "wait in its queue, and all others go on.",
    )
    .argument("<consumer>", "its name; of several generations the newest. Or relay")
    .addOption(new Option("--yes", "do not ask"))
    .addHelpText(
      "after",
      `
It holds until bus resume, or until a deploy that changes the mapping. Nothing is lost meanwhile,
unless it lasts longer than the queue keeps messages.

Example:
  bus pause loyalty --stage prod`,
    );
