import type { MiniStack } from "../emulators/start-ministack.ts";
import type { Workspace } from "./workspace.ts";

export type Context = {
  readonly ministack: MiniStack;
  readonly workspace: Workspace;
  /** Played first; a generated one where none is given. */
  readonly trace: string | undefined;
  /** Where to write what it came to, if anywhere. */
  readonly report: string | undefined;
  readonly tell: (text: string) => void;
};

export type Step = {
  readonly name: string;
  /** Resolves with what was seen, in a few words; rejects when it is not as it must be. */
  readonly run: (context: Context) => Promise<string>;
};
