import { Buffer } from "node:buffer";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { ApiRequest, ApiResponse } from "./api-message.ts";

/** What of payload format 2.0 is read: function URLs and HTTP APIs both speak it (3.19). */
export type FunctionUrlEvent = Pick<APIGatewayProxyEventV2, "rawPath" | "headers"> &
  Partial<Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded">> & {
    readonly requestContext: { readonly http: { readonly method: string } };
  };

export const toApiRequest = (event: FunctionUrlEvent): ApiRequest => ({
  method: event.requestContext.http.method,
  path: event.rawPath,
  headers: Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  body: Buffer.from(event.body ?? "", event.isBase64Encoded === true ? "base64" : "utf8"),
});

export const toResult = ({ status, headers, body }: ApiResponse) =>
  ({
    statusCode: status,
    headers: { ...headers },
    body,
    isBase64Encoded: false,
  }) satisfies APIGatewayProxyStructuredResultV2;
