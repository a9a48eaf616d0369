import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { consumerNamed } from "../../../cli/stage-outputs.ts";
import { until } from "../../emulators/until.ts";
import { makeOrderLines } from "../../end-to-end/make-order-lines.ts";
import { expectCode, type Incident } from "../game.ts";

const LINES = makeOrderLines("lost-event", [{ sku: "sku-9", quantity: 1, unitPriceCents: 700 }]);

export const eventLost: Incident = {
  name: "message lost on purpose",
  standsFor: "an event is taken out of fraud's queue and deleted before fraud sees it",
  foundBy: "audit",
  breaks: async ({ bus, stage, play, type }) => {
    const { mappingId, queueUrl: QueueUrl } = consumerNamed(stage().outputs, "fraud");
    expectCode(await type("pause", "fraud", "--yes"), 0, "bus pause");
    await bus().pauseMapping(mappingId);
    await play(LINES.slice(0, 1));
    const message = await until("the event is in the queue", async () => {
      const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 });
      return (await stage().sqs.send(receive)).Messages?.[0] ?? false;
    });
    const ReceiptHandle = message.ReceiptHandle ?? "";
    await stage().sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expectCode(await type("resume", "fraud"), 0, "bus resume");
  },
  mends: async ({ type }) => {
    const repair = await type("audit", "--repair", "--settle", "1", "--yes");
    expectCode(repair, 0, "the repair");
    return "bus audit --repair";
  },
};
