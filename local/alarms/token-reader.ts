/** Reads a text word by word, for the two small languages of alarms. */
export type TokenReader = {
  /** The next word, which stays; an empty text at the end. */
  readonly peek: () => string;
  /** The next word, which is taken. */
  readonly take: () => string;
  /** Takes the next word if it is this one. */
  readonly accept: (word: string) => boolean;
  /** Takes the next word, which has to be this one. */
  readonly expect: (word: string) => void;
};

/** What is wrong with the text, in words that fit behind its name. */
export class SyntaxFault extends Error {}

/** `pattern` has one group, the word. Throws where the text is none of it. */
export const readTokens = (text: string, pattern: RegExp): TokenReader => {
  const words = [...text.matchAll(new RegExp(`\\s*(?:${pattern.source}|(\\S))`, "g"))].map(
    ([, word, stray]) => {
      if (stray !== undefined) throw new SyntaxFault(`has ${stray}, which is not known here`);
      return word ?? "";
    },
  );
  let at = 0;
  const peek = () => words[at] ?? "";
  const take = () => words[at++] ?? "";
  const accept = (word: string) => {
    const isNext = peek() === word;
    if (isNext) at++;
    return isNext;
  };
  const expect = (word: string) => {
    if (!accept(word)) throw new SyntaxFault(`has ${peek() || "its end"} where ${word} belongs`);
  };
  return { peek, take, accept, expect };
};
