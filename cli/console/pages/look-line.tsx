import { useState } from "preact/hooks";
import type { DeadLettersView, LookView } from "../console-views.ts";
import { Ago } from "./ago.tsx";
import { postJson } from "./api.ts";
import { count, plural } from "./format.ts";

type LookLineProps = {
  readonly consumer: string;
  readonly look: LookView | undefined;
  readonly found: DeadLettersView["found"];
  readonly error: string | undefined;
};

const Progress = ({ looking }: { readonly looking: NonNullable<LookView["looking"]> }) => (
  <span class="looking">
    <progress
      aria-label="Letters looked at"
      max={Math.max(1, looking.depth)}
      value={looking.depth === 0 ? undefined : looking.looked}
    />
    {looking.depth === 0
      ? "Looking …"
      : `Looking: ${count(looking.looked)} of about ${count(looking.depth)}`}
  </span>
);

const Found = ({ found }: { readonly found: NonNullable<DeadLettersView["found"]> }) =>
  found.orders === 0 ? (
    <span>
      No dead letters. Looked <Ago atMs={found.atMs} />.
    </span>
  ) : (
    <span>
      <strong>{plural(found.letters, "letter")}</strong> of{" "}
      <strong>{plural(found.orders, "order")}</strong>, looked <Ago atMs={found.atMs} />.
    </span>
  );

const useLookAgain = (consumer: string) => {
  const [failed, setFailed] = useState<string>();
  const look = () =>
    postJson(`dead-letters/${consumer}/look`, {}).then(
      () => setFailed(undefined),
      (error: Error) => setFailed(error.message),
    );
  return { failed, look };
};

/** What was looked at and when: a queue can only be read by receiving from it, so it is not live. */
export const LookLine = ({ consumer, look, found, error }: LookLineProps) => {
  const { failed, look: again } = useLookAgain(consumer);
  const trouble = error ?? failed ?? look?.error;
  const looking = look?.looking;
  return (
    <div class="look">
      <div class="look-line">
        <p role="status">
          {looking !== undefined && <Progress looking={looking} />}
          {looking === undefined && found !== undefined && <Found found={found} />}
          {looking === undefined && found === undefined && !trouble && "Looking …"}
        </p>
        <button type="button" class="button" onClick={again} disabled={looking !== undefined}>
          Look again
        </button>
      </div>
      {trouble !== undefined && (
        <p class="notice bad" role="alert">
          {trouble}
        </p>
      )}
      {found?.remarks.map((remark) => (
        <p key={remark} class="notice warn small">
          {remark}
        </p>
      ))}
    </div>
  );
};
