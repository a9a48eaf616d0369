/** What the exit code of every `bus` command says. */
export const EXIT = {
  /** Done, and nothing was found wrong. */
  done: 0,
  /** It looked and found a fault, or a part of the work failed. */
  fault: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The stage could not be found, or something of it did not answer. */
  unreachable: 3,
  /** Nothing was changed, since nobody confirmed it. */
  unconfirmed: 4,
  /** Ctrl-C: what had begun was ended in an orderly way, the rest was not done. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes: 0 done, nothing found wrong · 1 a fault was found, or a part failed · 2 wrong command
line · 3 the stage cannot be reached · 4 not confirmed, nothing changed · 130 interrupted`;
