import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import * as v from "valibot";

const refuse = (error: string): HTTPException =>
  new HTTPException(400, { res: Response.json({ error }, { status: 400 }) });

/** Throws what becomes a 400 with the faults in words. */
export const readBody = async <S extends v.GenericSchema>(
  c: Context,
  schema: S,
): Promise<v.InferOutput<S>> => {
  const body: unknown = await c.req.json().catch(() => {
    throw refuse("the body is no JSON");
  });
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue) ?? "body"}: ${issue.message}`);
  throw refuse(faults.join("; "));
};
