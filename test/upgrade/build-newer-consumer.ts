import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export const NEW_ATTRIBUTE = "writtenByANewerVersion";

const LAMBDAS = join(import.meta.dirname, "../../lambdas");
const WRITES_A_ROW = "marshalled({ ...newer, ...row,";

/** Bundles a consumer as a later release might be: it writes one attribute more on every row. */
export const buildNewerConsumer = async (name: string, outfile: string): Promise<void> => {
  const source = readFileSync(join(LAMBDAS, "aws/ledger-item.ts"), "utf8");
  if (!source.includes(WRITES_A_ROW)) throw new Error(`ledger-item.ts has no ${WRITES_A_ROW}`);
  const newer = source.replace(
    WRITES_A_ROW,
    `marshalled({ ...newer, ${NEW_ATTRIBUTE}: true, ...row,`,
  );
  await build({
    entryPoints: [join(LAMBDAS, "consumers", `${name}.ts`)],
    outfile,
    ...{ bundle: true, minify: true, platform: "node", format: "esm", target: "node24" },
    mainFields: ["module", "main"],
    logLevel: "error",
    plugins: [
      {
        name: "a newer version",
        setup: ({ onLoad }) =>
          onLoad({ filter: /aws\/ledger-item\.ts$/ }, () => ({ contents: newer, loader: "ts" })),
      },
    ],
  });
};
