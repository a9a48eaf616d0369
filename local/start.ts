/** `npm start`: the bus on this machine, up until Ctrl-C. */
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { listenForInterrupt } from "../cli/listen-for-interrupt.ts";
import { type EmbeddedBus, startEmbeddedBus } from "./embedded-bus.ts";
import { openConsole } from "./open-console.ts";
import { outputsPath } from "./outputs-file.ts";
import { tellAdmission } from "./tell-admission.ts";
import { tellAlarm } from "./tell-alarm.ts";

type Arguments = {
  readonly data: string;
  readonly port: number;
  readonly consolePort: number;
  readonly stage: string;
};

const portNumber = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError("It must be a whole number from 1 to 65535.");
};

const readArguments = (): Arguments =>
  new Command("npm start --")
    .description(
      "Runs the order event bus on this machine: the stack that `cdk deploy` would send, over\n" +
        "emulators of DynamoDB, SNS and SQS. Everything listens on 127.0.0.1 only; IAM is\n" +
        "accepted and has no effect here. Alarms that ring are told here too.",
    )
    .option("--data <dir>", "where its state is kept between runs", ".bus")
    .option("--port <n>", "of the order API", portNumber, 8787)
    .option("--console-port <n>", "of the web console", portNumber, 8788)
    .option("--stage <name>", "whose settings to take", "dev")
    .addHelpText("after", "\nTo start afresh, stop it and delete the data folder.")
    .parse()
    .opts<Arguments>();

const EXAMPLE_ORDER = {
  customerId: "ada",
  currency: "EUR",
  lines: [{ sku: "teapot", quantity: 1, unitPriceCents: 2_495 }],
};

/** The bus is of use without it. */
const linkOf = async ({ data, consolePort }: Arguments): Promise<string> => {
  try {
    return (await openConsole(data, consolePort)).link();
  } catch (error) {
    return `the console could not be opened: ${error instanceof Error ? error.message : error}`;
  }
};

const announce = (bus: EmbeddedBus, link: string, { data }: Arguments) => {
  console.log(`\nThe order API listens at ${bus.apiUrl}. Place an order:\n`);
  console.log(
    `  curl -i ${bus.apiUrl}orders -H 'content-type: application/json' -d '${JSON.stringify(EXAMPLE_ORDER)}'\n`,
  );
  console.log(`Look at it in a browser (the link works once):\n\n  ${link}\n`);
  console.log(`Logs: ${resolve(data, "logs")}   Outputs for tools: ${outputsPath(resolve(data))}`);
  console.log("Ctrl-C stops it; its state is kept.");
};

const main = async () => {
  const options = readArguments();
  const { data, port, stage } = options;
  const starting = startEmbeddedBus({
    ...{ dataDir: data, port, stage },
    onProgress: (text) => console.log(`${text} …`),
    onMetric: tellAdmission(console.log),
    onAlarm: tellAlarm(console.log),
  });
  listenForInterrupt(async () => {
    console.log("\nStopping: what runs may finish. Ctrl-C again ends it at once.");
    await (await starting).stop();
    process.exit(0);
  });
  const bus = await starting;
  announce(bus, await linkOf(options), options);
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
