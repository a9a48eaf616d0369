import type { JsonObject, JsonValue, LedgerRow } from "../../lambdas/core/ledger-row.ts";

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a handler keeps under the name `customerId`, however deep. Other texts mean other things. */
const inState = (value: JsonValue, id: string, pseudonym: string): JsonValue => {
  if (Array.isArray(value)) return value.map((each) => inState(each, id, pseudonym));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === "customerId" && inner === id ? pseudonym : inState(inner, id, pseudonym),
    ]),
  );
};

const WORD = "[A-Za-z0-9_-]";

/** As a word of its own: `ada` is not in `adam`. */
const inText = (text: string, id: string, pseudonym: string): string => {
  const literal = id.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replaceAll(new RegExp(`(?<!${WORD})${literal}(?!${WORD})`, "g"), () => pseudonym);
};

/** The row without the customer's id; the very same one where it has none. */
export const withoutId = (row: LedgerRow, id: string, pseudonym: string): LedgerRow => {
  const { state, life } = row;
  const error = life?.error;
  const after: LedgerRow = {
    ...row,
    ...(state === undefined ? {} : { state: inState(state, id, pseudonym) as JsonObject }),
    ...(life === undefined || error === undefined
      ? {}
      : {
          life: {
            ...life,
            error: {
              ...error,
              message: inText(error.message, id, pseudonym),
              ...(error.stack === undefined ? {} : { stack: inText(error.stack, id, pseudonym) }),
            },
          },
        }),
  };
  return JSON.stringify(after) === JSON.stringify(row) ? row : after;
};
