/** `docs/mutation-score.md` from one run. */
import { isSurvivor, type Survivors, scoreOf } from "./explain-survivors.ts";
import type { Mutant, MutantKey } from "./read-mutants.ts";

const HEAD = `# Mutation score of \`lambdas/core\`

Stryker changes the protocol's code in every way it knows, one place at a time, and runs the tests
that reach the place: the core's own, the consumers', the relay's, the order API's in memory, and
200 simulated worlds. A mutant that no test notices *survives*. Each survivor is explained below; one
that is not, or a score under 90 %, makes the command exit 1. Nothing is excluded: every kind of
mutation is in, also the texts of messages and what is evaluated only when a file is loaded.

    npm run mutation

Which test speaks up when a guarantee of the README is broken is told [by guarantee](broken-guarantees.md).
`;

export type Run = { readonly commit: string; readonly minutes: number };

const COLUMNS = ["Killed", "Timeout", "Survived", "NoCoverage", "RuntimeError"] as const;

const count = (mutants: readonly Mutant[], status: string): number =>
  mutants.filter((mutant) => mutant.status === status).length;

const row = (name: string, mutants: readonly Mutant[]): string => {
  const counts = COLUMNS.map((status) => count(mutants, status));
  return `| ${[name, mutants.length, ...counts, scoreOf(mutants).toFixed(1)].join(" | ")} |`;
};

const table = (mutants: readonly Mutant[]): string => {
  const files = [...Map.groupBy(mutants, ({ file }) => file)].sort(([a], [b]) => (a < b ? -1 : 1));
  const head = ["file", "mutants", "killed", "timeout", "survived", "no coverage", "invalid", "%"];
  return [
    `| ${head.join(" | ")} |`,
    `|${head.map((_cell, at) => (at === 0 ? "---" : "---:")).join("|")}|`,
    row("**all**", mutants),
    ...files.map(([file, ofFile]) => row(file.replace("lambdas/core/", ""), ofFile)),
  ].join("\n");
};

const code = (text: string): string => {
  const short = text.length > 110 ? `${text.slice(0, 109)}…` : text;
  return text.includes("`") ? `\`\` ${short} \`\`` : `\`${short}\``;
};

/** A survivor without the number of its line, which moves. */
export const changeOf = ({ line, mutated }: MutantKey): string =>
  `${code(line)}\n  → ${code(mutated)}`;

const describe = (mutant: Mutant): string =>
  `- ${mutant.file.replace("lambdas/core/", "")}:${mutant.lineNumber} ${changeOf(mutant)}`;

const survivorsOf = ({ explained }: Survivors): string =>
  explained
    .filter(({ mutants }) => mutants.length > 0)
    .map(({ why, mutants }) => `**${why}**\n\n${mutants.map(describe).join("\n")}\n`)
    .join("\n");

export const renderPage = (mutants: readonly Mutant[], survivors: Survivors, run: Run): string => {
  const lived = mutants.filter(isSurvivor).length;
  return `${HEAD}
Ran on commit ${run.commit}, in ${run.minutes} minutes.

Score: **${scoreOf(mutants).toFixed(1)} %** of ${mutants.length.toLocaleString("en")} mutants; ${lived} survived.

${table(mutants)}

*timeout*: the mutant never ends, which is noticed too. *invalid*: the file could not even be loaded,
so no test judged it; it counts on neither side.

## The survivors, and why they may live

${survivorsOf(survivors)}`;
};
