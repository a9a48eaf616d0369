import { once } from "node:events";
import { type Command, InvalidArgumentError } from "commander";
import { stagePorts } from "../console/stage-ports.ts";
import { startConsole } from "../console/start-console.ts";
import { EXIT } from "../exit-codes.ts";
import { stageCommand } from "../stage-command.ts";

const portNumber = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError("It must be a whole number from 1 to 65535.");
};

const tellChange = (text: string): void => console.log(`${new Date().toISOString()} ${text}`);

/** `bus console`: the web pages for one stage, on this machine alone. */
export const consoleCommand = (): Command =>
  stageCommand<{ readonly port?: number }>("console", async ({ stage, options, signal }) => {
    const running = await startConsole({
      ports: stagePorts(stage, { onChange: tellChange }),
      ...options,
    });
    console.log(`The console of ${stage.outputs.stackName}, for one browser, once:`);
    console.log(`\n  ${running.link()}\n\nCtrl-C stops it.`);
    if (!signal.aborted) await once(signal, "abort");
    await running.stop();
    return EXIT.done;
  })
    .summary("serve web pages to look at a stage and to mend it")
    .description(
      "Serves pages on 127.0.0.1 only: the flow, an order's timeline, dead letters with redrive and " +
        "discard, and admission. The link that it prints works once, for the browser that opens it " +
        "first. What is changed there is changed by you: your name is written beside it.",
    )
    .option("--port <n>", "of 127.0.0.1; default: a free one", portNumber)
    .addHelpText("after", "\nExample:\n  bus console --stage prod");
