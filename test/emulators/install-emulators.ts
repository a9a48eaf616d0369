/** Gets the emulators that npm does not have, once, into node_modules/.cache. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const MINISTACK = "1.5.33";
export const DYNAMODB_LOCAL = "2.6.0";
const AWS_CLI = "1.46.3";

const CACHE = join(import.meta.dirname, "../../node_modules/.cache/emulators");

const run = (file: string, args: readonly string[], help: string): void => {
  const { error, status, stdout, stderr } = spawnSync(file, args, { encoding: "utf8" });
  if (error) throw new Error(`${file} cannot be run (${error.message}).\n${help}`);
  if (status !== 0) {
    const output = `${stdout}${stderr}`.trim().split("\n").slice(-15).join("\n");
    throw new Error(`${file} ${args.join(" ")} failed:\n${output}\n${help}`);
  }
};

/** A folder that is there is whole: it is marked last, and made anew otherwise. */
const once = (folder: string, fill: () => void): void => {
  const mark = join(folder, "complete");
  if (existsSync(mark)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill();
  writeFileSync(mark, "");
};

const PYTHON_HELP =
  "It needs Python 3.10 or later with venv, for example: apt-get install python3-venv";

export const installMiniStack = () => {
  const folder = join(CACHE, `ministack-${MINISTACK}`);
  once(folder, () => {
    run("python3", ["-m", "venv", folder], PYTHON_HELP);
    const pip = join(folder, "bin", "pip");
    run(pip, ["install", "--quiet", `ministack==${MINISTACK}`], "It comes from PyPI.");
  });
  return { folder, file: join(folder, "bin", "ministack") };
};

/** The AWS CLI, to run what the pages tell people to type. Answers the folder that it is in. */
export const installAwsCli = (): string => {
  const folder = join(CACHE, `awscli-${AWS_CLI}`);
  once(folder, () => {
    run("python3", ["-m", "venv", folder], PYTHON_HELP);
    const pip = join(folder, "bin", "pip");
    run(pip, ["install", "--quiet", `awscli==${AWS_CLI}`], "It comes from PyPI.");
  });
  return join(folder, "bin");
};

const JAVA_HELP =
  "DynamoDB Local needs Java 17 (a JDK) and Maven, for example: apt-get install openjdk-17-jdk maven";

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>contract</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${DYNAMODB_LOCAL}</version>
    </dependency>
  </dependencies>
</project>
`;

/** The jars, and the native SQLite library beside them. */
export const installDynamoDbLocal = () => {
  const folder = join(CACHE, `dynamodb-local-${DYNAMODB_LOCAL}`);
  const jars = join(folder, "jars");
  once(folder, () => {
    const pom = join(folder, "pom.xml");
    writeFileSync(pom, POM);
    const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${jars}`];
    run("mvn", ["--quiet", "--batch-mode", "--file", pom, ...goal], JAVA_HELP);
  });
  run("java", ["-version"], JAVA_HELP);
  return { jars };
};
