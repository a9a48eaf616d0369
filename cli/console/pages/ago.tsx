import { ago, dateTime } from "./format.ts";
import { useNow } from "./use-now.ts";

/** How long ago, with the very time where somebody asks for it. */
export const Ago = ({ atMs }: { readonly atMs: number }) => (
  <time dateTime={new Date(atMs).toISOString()} title={dateTime(atMs)}>
    {ago(atMs, useNow())}
  </time>
);
