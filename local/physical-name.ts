/**
 * Names and ids that follow from stack and logical id alone, so that a restart finds what an
 * earlier run created.
 */
import { createHash } from "node:crypto";

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

export const physicalName = (
  stackName: string,
  logicalId: string,
  limits: { readonly maxLength: number; readonly suffix?: string },
): string => {
  const { maxLength, suffix = "" } = limits;
  const name = `${stackName}-${logicalId}`;
  if (name.length + suffix.length <= maxLength) return name + suffix;
  const hash = hashOf(name).slice(0, 8);
  return `${name.slice(0, maxLength - suffix.length - hash.length - 1)}-${hash}${suffix}`;
};

export const deterministicUuid = (stackName: string, logicalId: string): string => {
  const hash = hashOf(`${stackName}/${logicalId}`);
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `5${hash.slice(13, 16)}`];
  return [...parts, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join("-");
};
