/** A deployed stage as a shop, an operator and an attacker reach it. */
import { randomBytes } from "node:crypto";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Send } from "../../cli/api-call.ts";
import { type HttpSender, httpSender } from "../../cli/http-sender.ts";
import { functionUrlEndpoint, orderApiUrl } from "../../cli/open-order-api.ts";
import { type OutputsSource, readOutputs } from "../../cli/read-outputs.ts";
import { signedSender } from "../../cli/signed-sender.ts";
import { connectToStage, type Stage } from "../../cli/stage-clients.ts";
import { regionOf, type StageOutputs } from "../../cli/stage-outputs.ts";

export type World = {
  readonly stage: Stage;
  readonly sns: SNSClient;
  /** As the shop calls the order API. */
  readonly send: Send;
  /** As a stranger would: without a signature, and with the signature of somebody unknown. */
  readonly sendUnsigned: Send;
  readonly sendForged: Send;
  /** Names are new in every run, so that it leaves alone what is there and meets nothing old. */
  readonly name: (what: string) => string;
  readonly where: "AWS" | "emulator";
  /** How long to wait for something to happen. */
  readonly patienceMs: number;
};

/** The endpoint that the SDK would take for a service, if it is not the service's own. */
const endpointFor = (service: string): string | undefined =>
  process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env.AWS_ENDPOINT_URL;

const NOBODY = { accessKeyId: "AKIA0000000000000000", secretAccessKey: "nobody-knows-this-key" };
const LOCAL = { accessKeyId: "local", secretAccessKey: "local" };

const openDoors = (outputs: StageOutputs, region: string): Record<Door, HttpSender> => {
  const { endpoints } = outputs;
  const apiUrl = orderApiUrl(outputs);
  const endpoint = functionUrlEndpoint(apiUrl);
  const credentials = endpoints === undefined ? {} : { credentials: LOCAL };
  const { host } = new URL(apiUrl);
  const plain = httpSender(endpoint ?? apiUrl);
  return {
    signed: signedSender({ apiUrl, region, endpoint, ...credentials }),
    forged: signedSender({ apiUrl, region, endpoint, credentials: NOBODY }),
    unsigned: {
      send: (call) => plain.send({ ...call, headers: { ...call.headers, host } }),
      close: plain.close,
    },
  };
};
type Door = "signed" | "forged" | "unsigned";

const openSns = (outputs: StageOutputs, region: string): SNSClient => {
  const endpoint = outputs.endpoints?.AWS_ENDPOINT_URL_SNS;
  return new SNSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint, credentials: LOCAL }),
  });
};

export type OpenWorld = World & { readonly close: () => void };

export const openWorld = async (source: OutputsSource, patienceMs: number): Promise<OpenWorld> => {
  const outputs = await readOutputs(source);
  const region = regionOf(outputs);
  const { close: closeStage, ...stage } = connectToStage(outputs);
  const doors = openDoors(outputs, region);
  const sns = openSns(outputs, region);
  const run = randomBytes(4).toString("hex");
  const away = outputs.endpoints !== undefined || endpointFor("SQS") !== undefined;
  return {
    ...{ stage, sns, patienceMs },
    send: doors.signed.send,
    sendUnsigned: doors.unsigned.send,
    sendForged: doors.forged.send,
    name: (what) => `acceptance-${run}-${what}`,
    where: away ? "emulator" : "AWS",
    close: () => {
      closeStage();
      sns.destroy();
      for (const { close } of Object.values(doors)) close();
    },
  };
};
