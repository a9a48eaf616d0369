export const handler = async (): Promise<never> => {
  throw new Error("the relay is not built yet: its records stay in the stream");
};
