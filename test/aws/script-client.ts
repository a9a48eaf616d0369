/** An AWS client that answers what a test says, and keeps what it was asked. */
export type Command = { readonly constructor: { readonly name: string }; readonly input: unknown };
export type Answer = (command: Command, call: number) => unknown;

export const scriptClient = <Client>(answer: Answer) => {
  const asked: { readonly name: string; readonly input: unknown }[] = [];
  const client = {
    send: async (command: Command) => {
      asked.push({ name: command.constructor.name, input: command.input });
      return answer(command, asked.length);
    },
  };
  return { client: client as unknown as Client, asked };
};

/** An error as the SDK throws it for a service's answer. */
export const serviceError = (name: string): Error =>
  Object.assign(new Error(`${name} happened`), { name });
