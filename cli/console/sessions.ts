/**
 * Who may use the console: whoever opened the printed link first. Its token is good once; what it
 * is exchanged for lives in a cookie that no script can read, and ends with the process.
 */
import { createHash, randomBytes } from "node:crypto";

export type Session = {
  /** A page must send it with every change. Another origin can neither read nor guess it. */
  readonly csrfToken: string;
  readonly untilMs: number;
};

export type Sessions = {
  /** A token for one more link. */
  readonly issue: () => string;
  /** The new session's cookie, or nothing for a token that is unknown or was used. */
  readonly exchange: (token: string, nowMs: number) => string | undefined;
  readonly find: (cookie: string | undefined, nowMs: number) => Session | undefined;
};

/** A working day; then the console asks for a new link. */
export const SESSION_HOURS = 12;
const SESSION_MS = SESSION_HOURS * 3_600_000;

const secret = (): string => randomBytes(32).toString("base64url");

/** Only digests are kept and looked up: how long a lookup takes tells nothing of the secret. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

export const createSessions = (): Sessions => {
  const tokens = new Set<string>();
  const sessions = new Map<string, Session>();
  return {
    issue: () => {
      const token = secret();
      tokens.add(digest(token));
      return token;
    },
    exchange: (token, nowMs) => {
      if (!tokens.delete(digest(token))) return undefined;
      const cookie = secret();
      sessions.set(digest(cookie), { csrfToken: secret(), untilMs: nowMs + SESSION_MS });
      return cookie;
    },
    find: (cookie, nowMs) => {
      if (cookie === undefined) return undefined;
      const session = sessions.get(digest(cookie));
      return session !== undefined && nowMs < session.untilMs ? session : undefined;
    },
  };
};
