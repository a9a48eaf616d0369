/** Asks a console as a browser or somebody else would: every header can be set, `Host` too. */
import { request } from "node:http";
import { text } from "node:stream/consumers";

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
};

export type Question = {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

export const ask = async (question: Question): Promise<Answer> => {
  const { port, path, method = "GET", headers = {}, body = "" } = question;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const call = request({ host: "127.0.0.1", port, path, method, headers }, async (response) => {
    const { statusCode: status = 0, headers: answered } = response;
    resolve({ status, headers: answered, body: await text(response) });
  });
  call.on("error", reject).end(body);
  return promise;
};

/** The session's cookie, as a browser would send it back. */
export const openLink = async (link: string, headers: Readonly<Record<string, string>> = {}) => {
  const { port, pathname, search } = new URL(link);
  const answer = await ask({ port: Number(port), path: pathname + search, headers });
  const cookie = answer.headers["set-cookie"]?.[0] ?? "";
  return { ...answer, cookie: cookie.split(";")[0] ?? "", attributes: cookie };
};
