import { at, type Resource, type TemplateReader } from "./template-reader.ts";

export const property = (resource: Resource | undefined, ...path: readonly string[]): unknown =>
  at(resource?.body, "Properties", ...path);

/** Every refusal is told the same way: what it is, what is allowed, and how to mend it. */
export const fault = (
  { path }: Resource,
  words: {
    readonly what: string;
    readonly is: unknown;
    readonly allowed: string;
    readonly fix: string;
  },
): string => `${path}: ${words.what} is ${words.is}; allowed: ${words.allowed}. ${words.fix}`;

/** Queues and topics outside the template tell by their name, which ends in `.fifo`. */
export const isFifo = (template: TemplateReader, arn: unknown): boolean => {
  const resource = template.follow(arn);
  if (resource === undefined) return JSON.stringify(arn).includes(".fifo");
  const fifo = property(resource, "FifoQueue") ?? property(resource, "FifoTopic");
  return String(fifo) === "true";
};

export const kind = (fifo: boolean): string => (fifo ? "FIFO" : "standard");

/** Refuses a partner of another kind: FIFO goes with FIFO, standard with standard. */
export const mismatch = (
  resource: Resource,
  fifo: boolean,
  partner: { readonly what: string; readonly fifo: boolean },
): string[] =>
  fifo === partner.fifo
    ? []
    : [
        fault(resource, {
          what: partner.what,
          is: kind(partner.fifo),
          allowed: kind(fifo),
          fix: `Give it \`fifo: ${fifo}\`, or name another one.`,
        }),
      ];
