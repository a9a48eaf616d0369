/**
 * What listens here takes unsigned calls, so two doors stay shut: other machines, by listening on
 * 127.0.0.1 alone, and web pages that point a host name of theirs at this machine (DNS rebinding).
 */
export type Caller = { readonly host: string | undefined; readonly origin: string | undefined };

const LOCAL_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Why a call is refused, or `undefined` when it may come in. */
export const strangerFault = ({ host, origin }: Caller): string | undefined => {
  if (host === undefined || !LOCAL_NAMES.has(host.replace(/:\d+$/, "").toLowerCase())) {
    return "Call this API as 127.0.0.1 or localhost.";
  }
  // Any web page may send a simple request here, but its browser says whose page it is.
  return origin === undefined ? undefined : "This API takes no calls from web pages.";
};
