import { useEffect, useRef, useState } from "preact/hooks";
import type { ActView } from "../console-views.ts";
import { Ago } from "./ago.tsx";
import { postJson } from "./api.ts";
import { count } from "./format.ts";

const VERBS = { redrive: "Redrive", discard: "Discard" } as const;
const UNITS = { redrive: "letters", discard: "orders" } as const;
const STATES = {
  running: ["", "running"],
  cancelling: ["warn", "stopping"],
  done: ["good", "done"],
  stopped: ["warn", "stopped"],
  failed: ["bad", "failed"],
} as const;

const isRunning = ({ state }: ActView): boolean => state === "running" || state === "cancelling";

/** A screen reader is told each quarter, not each letter. */
const quarters = ({ what, done, total, state }: ActView): string => {
  if (state !== "running") return `${VERBS[what]} ${STATES[state][1]}`;
  const part = total === 0 ? 0 : Math.floor((done / total) * 4) * 25;
  return `${VERBS[what]} ${part} percent`;
};

const Cancel = ({ act }: { readonly act: ActView }) => {
  const [failed, setFailed] = useState<string>();
  const cancel = () =>
    postJson(`acts/${act.id}/cancel`, {}).catch((error: Error) => setFailed(error.message));
  return (
    <>
      <button type="button" class="button" disabled={act.state === "cancelling"} onClick={cancel}>
        {act.state === "cancelling" ? "Stopping …" : "Stop it"}
      </button>
      {failed !== undefined && <span role="alert">{failed}</span>}
    </>
  );
};

/** Its last line is the result, the others are about it. */
const Result = ({ text }: { readonly text: string }) => (
  <ul class="result small">
    {text
      .split("\n")
      .toReversed()
      .map((line) => (
        <li key={line}>{line.replace(/^! /, "")}</li>
      ))}
  </ul>
);

const Act = ({ act }: { readonly act: ActView }) => {
  const { what, consumer, by, startedAtMs, done, total, state, result } = act;
  const card = useRef<HTMLElement>(null);
  // It has just been confirmed in a dialog: the focus goes on from there.
  useEffect(() => {
    if (state === "running" && Date.now() - startedAtMs < 2_000) card.current?.focus();
  }, [state, startedAtMs]);
  const [level, label] = STATES[state];
  return (
    <section
      class="act panel"
      aria-label={`${VERBS[what]} at ${consumer}`}
      ref={card}
      tabIndex={-1}
    >
      <div class="act-head">
        <p>
          <strong>
            {VERBS[what]} at {consumer}
          </strong>{" "}
          <span class={`tag ${level}`}>{label}</span>
        </p>
        <p class="soft small">
          by {by}, <Ago atMs={startedAtMs} />
        </p>
        {isRunning(act) && <Cancel act={act} />}
      </div>
      <div class="act-progress">
        <progress max={Math.max(1, total)} value={done} aria-label={`${VERBS[what]} progress`} />
        <span class="nowrap">
          {count(done)} of {count(total)} {UNITS[what]}
        </span>
      </div>
      {result !== undefined && <Result text={result} />}
      <p class="sr-only" aria-live="polite">
        {quarters(act)}
      </p>
    </section>
  );
};

const SHOWN = 3;

export const ActList = ({ acts }: { readonly acts: readonly ActView[] }) => (
  <div class="act-list">
    {acts.slice(0, SHOWN).map((act) => (
      <Act key={act.id} act={act} />
    ))}
  </div>
);
