/** HTTP to and from Lambda's payload format 2.0, as a function URL does it (3.19). */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ACCOUNT } from "./aws-clients.ts";

export type HttpReply = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
};

const TEXT = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*\+(json|xml))/;

const headersOf = (request: IncomingMessage): Record<string, string> => {
  const { cookie: _, ...headers } = request.headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
};

const queryOf = (url: URL): Record<string, string> => {
  const names = [...new Set(url.searchParams.keys())];
  return Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name).join(",")]));
};

const bodyOf = (body: Buffer, contentType: string) => {
  if (body.length === 0) return { isBase64Encoded: false };
  // Text that is not valid UTF-8 must arrive as it was sent: the function decides what it is.
  const isText = TEXT.test(contentType) && Buffer.from(body.toString()).equals(body);
  return isText
    ? { body: body.toString(), isBase64Encoded: false }
    : { body: body.toString("base64"), isBase64Encoded: true };
};

export const requestEvent = (request: IncomingMessage, body: Buffer) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const headers = headersOf(request);
  const query = queryOf(url);
  const now = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(request.headers.cookie ? { cookies: request.headers.cookie.split("; ") } : {}),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: ACCOUNT,
      apiId: "local",
      domainName: request.headers.host ?? "127.0.0.1",
      domainPrefix: "local",
      http: {
        method: request.method ?? "GET",
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...bodyOf(body, request.headers["content-type"] ?? ""),
  };
};

type Structured = {
  readonly statusCode: number;
  readonly headers?: Record<string, unknown>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
};

/** An answer without a status code is itself the body of a 200. */
export const replyOf = (payload: string): HttpReply => {
  const answer: unknown = JSON.parse(payload);
  const json = { "content-type": "application/json" };
  const isStructured = typeof answer === "object" && answer !== null && "statusCode" in answer;
  if (!isStructured)
    return {
      statusCode: 200,
      headers: json,
      cookies: [],
      body: Buffer.from(typeof answer === "string" ? answer : payload),
    };
  const {
    statusCode,
    headers = {},
    cookies = [],
    body = "",
    isBase64Encoded,
  } = answer as Structured;
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    statusCode: Number(statusCode),
    headers: { ...json, ...Object.fromEntries(given) },
    cookies,
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
};
