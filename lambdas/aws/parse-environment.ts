import * as v from "valibot";

/** A variable that holds JSON text. */
export const json = <S extends v.GenericSchema>(schema: S) =>
  v.pipe(v.string(), v.parseJson(), schema);

/** Throws an error that names each variable at fault; the stack sets them all. */
export const parseEnvironment = <S extends v.GenericSchema>(
  schema: S,
  env: NodeJS.ProcessEnv,
  what: string,
): v.InferOutput<S> => {
  const result = v.safeParse(schema, env);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`environment of ${what}: ${faults.join("; ")}`);
};
