import type { SessionView } from "../console-views.ts";

let csrfToken = "";

export class ApiError extends Error {}

const answerOf = async <T>(response: Response): Promise<T> => {
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as T;
  if (response.status === 401) {
    throw new ApiError("This session has ended. Run bus console again for a new link.");
  }
  const { error } = (body ?? {}) as { readonly error?: string };
  throw new ApiError(error ?? `The console answered ${response.status}.`);
};

const reach = (path: string, init: RequestInit): Promise<Response> =>
  fetch(`/api/${path}`, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new ApiError("The console does not answer. Is bus console still running?");
  });

export const getJson = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  answerOf<T>(await reach(path, signal === undefined ? {} : { signal }));

/** A change. */
export const postJson = async <T>(path: string, body: object): Promise<T> => {
  const headers = { "content-type": "application/json", "x-csrf-token": csrfToken };
  return answerOf<T>(await reach(path, { method: "POST", headers, body: JSON.stringify(body) }));
};

export const openSession = async (): Promise<SessionView> => {
  const session = await getJson<SessionView>("session");
  csrfToken = session.csrfToken;
  return session;
};
