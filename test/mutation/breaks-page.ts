/** `docs/broken-guarantees.md` from one run. */
import type { GuaranteeBreak } from "./guarantee-breaks.ts";

export type Seen = {
  readonly broken: GuaranteeBreak;
  /** Full titles. */
  readonly failed: readonly string[];
  readonly violated: readonly string[];
};

const HEAD = `# When a guarantee is broken

Each row changes one place of the protocol so that a guarantee of the README breaks, and names a
test of \`npm test\` that fails then, in the words it fails with. *Tests* counts all that failed in
the tests of the core, its adapters, the consumers, the relay and the order API. *Worlds* names the
[invariants](../test/sim/invariants.ts) that the simulation found violated before it stopped; "–" means
that these worlds met no violation, so that the tests alone say it.

    npm run breaks

The changes themselves are in [\`guarantee-breaks.ts\`](../test/mutation/guarantee-breaks.ts). What else
Stryker changed, and which changes no test notices, is told by the [mutation score](mutation-score.md).

Two guarantees are not of this code and have no row: a broken consumer harms only itself, since each has
a queue, a function and limits of its own, and unsafe settings do not deploy. The README names their tests.
`;

const cell = (text: string): string => text.replaceAll("|", "\\|");

const row = ({ broken: { sin, file, test }, failed, violated }: Seen): string =>
  `| ${cell(sin)} (${file}) | ${cell(test)} | ${failed.length} | ${violated.join(", ") || "–"} |`;

export type Run = { readonly commit: string; readonly worlds: number };

export const breaksPage = (seen: readonly Seen[], { commit, worlds }: Run): string => {
  const sections = [...Map.groupBy(seen, ({ broken }) => broken.guarantee)].map(
    ([guarantee, some]) => `## ${guarantee}

| broken so that | the test that says it | tests | worlds |
|---|---|---:|---|
${some.map(row).join("\n")}
`,
  );
  return `${HEAD}
Ran on commit ${commit}, with the first ${worlds.toLocaleString("en")} worlds of seed 1.

${sections.join("\n")}`;
};
