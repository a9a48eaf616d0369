/** A path that nobody can decode, such as `/orders/%`, is left as it is: no page has it. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** A path's parts, decoded. */
export const pathParts = (path: string): readonly string[] =>
  path.split("/").filter(Boolean).map(decoded);
