/** How a stage's order API is reached, wherever it runs. */
import { type HttpSender, httpSender } from "./http-sender.ts";
import { signedSender } from "./signed-sender.ts";
import { regionOf, type StageOutputs } from "./stage-outputs.ts";

const isOnThisMachine = (url: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);

/**
 * Where to call instead of the URL's own host: an emulator's function URL names a host that leads
 * elsewhere, and the SDK's settings say where the emulator is.
 */
export const functionUrlEndpoint = (apiUrl: string): string | undefined =>
  isOnThisMachine(apiUrl)
    ? undefined
    : (process.env.AWS_ENDPOINT_URL_LAMBDA ?? process.env.AWS_ENDPOINT_URL);

/** Of a bus before a table of the user's own there is none, and this throws. */
export const orderApiUrl = ({ ApiUrl, stackName }: StageOutputs): string => {
  if (ApiUrl !== undefined) return ApiUrl;
  throw new Error(
    `${stackName} has no order API, since its orders are in a table of its user's; take a stage that has one`,
  );
};

/** The bus of this machine takes unsigned calls; everywhere else the function URL checks who calls. */
export const openOrderApi = (outputs: StageOutputs): HttpSender => {
  const apiUrl = orderApiUrl(outputs);
  if (outputs.endpoints !== undefined) return httpSender(apiUrl);
  return signedSender({
    apiUrl,
    region: regionOf(outputs),
    endpoint: functionUrlEndpoint(apiUrl),
  });
};
