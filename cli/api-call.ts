/** One call of the order API, whatever carries it: plain HTTP here, a signed request on AWS. */
export type ApiCall = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type ApiAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** Rejects when there is no answer; the call may have taken effect all the same. */
export type Send = (call: ApiCall) => Promise<ApiAnswer>;
