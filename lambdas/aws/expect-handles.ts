import * as v from "valibot";
import type { Consumer } from "../core/consumer.ts";
import { json } from "./parse-environment.ts";

const typesSchema = json(v.array(v.string()));

/**
 * Throws when the stack says that the consumer handles other types of events than its code does:
 * what the code passes over would be missed for ever by the tools, or a missing event by nobody. A
 * stack that says nothing is from before it could.
 */
export const expectHandles = (
  { name, handles }: Pick<Consumer, "name" | "handles">,
  { HANDLES }: Readonly<Record<string, string | undefined>>,
): void => {
  if (HANDLES === undefined || HANDLES === JSON.stringify(handles)) return;
  const stated = v.safeParse(typesSchema, HANDLES);
  const types = new Set<string>(handles);
  const isSame =
    stated.success && new Set(stated.output).size === types.size
      ? stated.output.every((type) => types.has(type))
      : false;
  if (isSame) return;
  throw new Error(
    `consumer ${name} handles ${JSON.stringify(handles)} by its code, and ${HANDLES} by its stack; allowed: the same. Set handles: ${JSON.stringify(handles)} in its ConsumerProps, at addConsumer("${name}", …), and deploy.`,
  );
};
