import confirm from "@inquirer/confirm";

export type Confirmation = {
  /** What is about to be done, as a question. */
  readonly question: string;
  /** `--yes` was given. */
  readonly yes: boolean | undefined;
  readonly signal: AbortSignal;
};

/** Asks a person. Where nobody can answer, only `--yes` will do. */
export const confirmAct = async ({ question, yes, signal }: Confirmation): Promise<boolean> => {
  if (yes === true) return true;
  if (!process.stdin.isTTY) {
    console.error("Nothing was changed: nobody can answer here. Add --yes to do it.");
    return false;
  }
  const sure = await confirm({ message: question, default: false }, { signal });
  if (!sure) console.error("Nothing was changed.");
  return sure;
};
