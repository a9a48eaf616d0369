/** The messages between a function's environment and the runtime. */
export type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: readonly string[] | undefined;
};

export type ToHost = {
  readonly requestId: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  readonly functionArn: string;
};

export type FromHost =
  | { readonly kind: "ready" }
  | { readonly kind: "initFailed"; readonly error: FunctionError }
  /** `payload` is the JSON of what the handler returned. */
  | { readonly kind: "returned"; readonly requestId: string; readonly payload: string }
  | { readonly kind: "failed"; readonly requestId: string; readonly error: FunctionError };

export type InvocationResult =
  | { readonly kind: "returned"; readonly payload: string }
  /** The handler threw, its environment died, or its time was up. */
  | { readonly kind: "failed"; readonly error: FunctionError }
  /** The environment could not be started. */
  | { readonly kind: "initFailed"; readonly error: FunctionError }
  /** All environments are busy and so is the line before them. */
  | { readonly kind: "throttled" };
