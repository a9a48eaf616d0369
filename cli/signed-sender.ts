/** Calls a function URL with IAM authorization, each call signed for the service `lambda`. */

import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { ApiCall } from "./api-call.ts";
import { type HttpSender, httpSender } from "./http-sender.ts";

export type SignedSenderOptions = {
  readonly apiUrl: string;
  readonly region: string;
  /** Where to call instead of the URL's own host, whose name it still gets: an emulator. */
  readonly endpoint?: string | undefined;
  /** Left out: what every AWS SDK would find. */
  readonly credentials?: ConstructorParameters<typeof SignatureV4>[0]["credentials"];
};

export const signedSender = (options: SignedSenderOptions): HttpSender => {
  const { apiUrl, region, endpoint, credentials = defaultProvider() } = options;
  const { host, hostname, protocol, pathname } = new URL(apiUrl);
  const folder = pathname.replace(/\/$/, "");
  const signer = new SignatureV4({ service: "lambda", region, credentials, sha256: Sha256 });
  const { send, close } = httpSender(endpoint ?? apiUrl);
  const signedHeaders = async ({ method, path, headers, body }: ApiCall) => {
    const request = { method, protocol, hostname, path: `${folder}${path}`, query: {} };
    const signed = await signer.sign({ ...request, headers: { ...headers, host }, body });
    return signed.headers;
  };
  return { send: async (call) => send({ ...call, headers: await signedHeaders(call) }), close };
};
