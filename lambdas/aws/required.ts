/** A variable of the function's environment that the stack sets. */
export const required = (env: NodeJS.ProcessEnv, name: string): string => {
  const value = env[name];
  if (value === undefined || value === "") {
    throw new Error(`the environment variable ${name} is not set; the stack sets it`);
  }
  return value;
};
