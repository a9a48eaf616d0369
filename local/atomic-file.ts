import { renameSync, writeFileSync } from "node:fs";

/** A reader, or a start after a kill, sees the old content or the new one, never a part. */
export const writeAtomically = (path: string, content: string): void => {
  const draft = `${path}.new`;
  writeFileSync(draft, content);
  renameSync(draft, path);
};
