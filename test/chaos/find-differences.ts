import { isDeepStrictEqual } from "node:util";

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

/** Each number that is not as due, as a sentence. */
export const findDifferences = (found: unknown, due: unknown, path = ""): readonly string[] => {
  if (isDeepStrictEqual(found, due)) return [];
  if (!isTree(found) || !isTree(due)) {
    return [`${path} is ${JSON.stringify(found)}, due is ${JSON.stringify(due)}`];
  }
  const names = new Set([...Object.keys(found), ...Object.keys(due)]);
  return [...names].flatMap((name) =>
    findDifferences(found[name], due[name], path === "" ? name : `${path}.${name}`),
  );
};
