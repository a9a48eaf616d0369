/** The last LocalStack that needs no account. */
export const VERSION = "4.14.0";

type Health = { readonly version?: string };

const readHealth = async (endpoint: string): Promise<Health | undefined> => {
  try {
    const url = new URL("/_localstack/health", endpoint);
    const reply = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return reply.ok ? ((await reply.json()) as Health) : undefined;
  } catch {
    return undefined;
  }
};

/** The version of the LocalStack that answers there, if one does. */
export const localStackVersion = async (endpoint: string): Promise<string | undefined> =>
  (await readHealth(endpoint))?.version;

export const requireLocalStack = async (endpoint: string): Promise<string> => {
  const version = await localStackVersion(endpoint);
  if (version !== undefined) return version;
  throw new Error(
    `no LocalStack answers at ${endpoint}; start one, or give the address of one that runs: ` +
      "--endpoint http://127.0.0.1:4566",
  );
};
