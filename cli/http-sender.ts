import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import type { ApiAnswer, ApiCall, Send } from "./api-call.ts";

export type HttpSender = { readonly send: Send; readonly close: () => void };

const ANSWER_TIMEOUT_MS = 30_000;

/** Sends unsigned calls over connections that are kept: for an API on this machine. */
export const httpSender = (apiUrl: string): HttpSender => {
  const base = new URL(apiUrl);
  const secure = base.protocol === "https:";
  const request = secure ? httpsRequest : httpRequest;
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const folder = base.pathname.replace(/\/$/, "");
  const send = ({ method, path, headers, body }: ApiCall) =>
    new Promise<ApiAnswer>((resolve, reject) => {
      const outgoing = request(
        new URL(`${folder}${path}`, base),
        { method, agent, headers: { ...headers, "content-length": Buffer.byteLength(body ?? "") } },
        (incoming) => {
          const { statusCode: status = 0, headers: received } = incoming;
          text(incoming).then((body) => resolve({ status, headers: received, body }), reject);
        },
      );
      outgoing.setTimeout(ANSWER_TIMEOUT_MS, () =>
        outgoing.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1_000} s`)),
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  return { send, close: () => agent.destroy() };
};
