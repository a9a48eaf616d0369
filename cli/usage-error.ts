const NAME = "UsageError";

/** What the command line names is not there: the exit code says so, apart from what fails. */
export const usageError = (message: string): Error =>
  Object.assign(new Error(message), { name: NAME });

export const isUsageError = (error: unknown): boolean =>
  error instanceof Error && error.name === NAME;
