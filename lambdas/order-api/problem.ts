/** RFC 9457 problem details: what was wrong, what is allowed, and what to do about it. */
import type { JsonObject } from "../core/ledger-row.ts";
import { type ApiResponse, jsonResponse } from "./api-message.ts";

const TITLES = {
  "invalid-request": [400, "The request is not valid"],
  "not-found": [404, "There is no such thing"],
  "method-not-allowed": [405, "This path does not take this method"],
  "exists-already": [409, "The order exists already"],
  "step-not-allowed": [409, "The order's state does not allow this step"],
  "too-large": [413, "The request is too large"],
  "unsupported-media-type": [415, "The body must be JSON"],
  "key-reused": [422, "The idempotency key belongs to another request"],
  "internal-error": [500, "Something went wrong here"],
  busy: [503, "Not now"],
  closed: [503, "No new orders now"],
} as const;
export type ProblemCode = keyof typeof TITLES;

export type Problem = {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly more?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
};

/** One thing wrong with a request, and where. */
export type Fault = {
  /** A JSON Pointer into the body. */
  readonly pointer?: string;
  readonly header?: string;
  /** A part of the path. */
  readonly parameter?: string;
  readonly got: string;
  readonly expected: string;
  readonly fix: string;
};

const FAULTS_IN_DETAIL = 5;

export const invalidRequest = (faults: readonly Fault[]): Problem => ({
  code: "invalid-request",
  detail: faults
    .slice(0, FAULTS_IN_DETAIL)
    .map(({ pointer, header, parameter, got, expected }) => {
      return `${pointer ?? header ?? parameter}: got ${got}, ${expected}`;
    })
    .join("; "),
  more: { faults: faults.map((fault) => ({ ...fault })) },
});

export const problemResponse = ({ code, detail, more, headers }: Problem): ApiResponse => {
  const [status, title] = TITLES[code];
  const body = { type: `urn:order-event-bus:problem:${code}`, title, status, detail, ...more };
  return jsonResponse(status, body, { "content-type": "application/problem+json", ...headers });
};
