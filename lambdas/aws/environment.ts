/** A variable of the function's environment that the stack sets. */
export const required = (env: NodeJS.ProcessEnv, name: string): string => {
  const value = env[name];
  if (value === undefined || value === "") {
    throw new Error(`the environment variable ${name} is not set; the stack sets it`);
  }
  return value;
};

/** A count of the function's environment; left out it is 0. */
export const wholeNumber = (env: NodeJS.ProcessEnv, name: string): number => {
  const value = env[name] ?? "0";
  if (!/^\d{1,9}$/.test(value)) {
    throw new Error(`the environment variable ${name} is ${value}, not a whole number from 0 on`);
  }
  return Number(value);
};
