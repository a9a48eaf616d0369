import { useState } from "preact/hooks";
import { postJson } from "./api.ts";
import { Dialog } from "./dialog.tsx";
import { clockTime, seconds } from "./format.ts";

type Position = "open" | "closed";

const MINUTES = [15, 60, 240, 1_440];
const TEXTS = {
  closed: "New orders get 503 until then, whatever the gauges say.",
  open: "New orders are let in until then, however far behind a consumer is.",
} as const;

type Wanted = {
  readonly position: Position;
  readonly minutes: number;
  readonly why: string;
};

type ConfirmProps = Wanted & {
  readonly stageName: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

const Confirm = ({ position, minutes, why, stageName, onClose, onDone }: ConfirmProps) => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const force = () => {
    setBusy(true);
    const untilMs = Date.now() + minutes * 60_000;
    postJson("admission/force", { position, why, untilMs }).then(onDone, ({ message }: Error) => {
      setError(message);
      setBusy(false);
    });
  };
  const untilMs = Date.now() + minutes * 60_000;
  return (
    <Dialog title={`Force admission ${position}`} about={stageName} onClose={onClose}>
      <div class="dialog-form">
        <p class="preview">
          {TEXTS[position]} Until {clockTime(untilMs)}, for {seconds(minutes * 60)}.
        </p>
        {error !== undefined && (
          <p class="notice bad" role="alert">
            {error}
          </p>
        )}
        <div class="dialog-acts">
          <button type="button" class="button" onClick={onClose}>
            Leave it
          </button>
          <button
            type="button"
            class={position === "closed" ? "button danger" : "button main"}
            disabled={busy}
            onClick={force}
          >
            Force it {position}
          </button>
        </div>
      </div>
    </Dialog>
  );
};

type FieldsProps = { readonly wanted: Wanted; readonly onChange: (wanted: Wanted) => void };

const Fields = ({ wanted, onChange }: FieldsProps) => (
  <>
    <fieldset class="choices">
      <legend>Position</legend>
      {(["closed", "open"] as const).map((position) => (
        <label key={position} class="choice">
          <input
            type="radio"
            name="position"
            checked={wanted.position === position}
            onChange={() => onChange({ ...wanted, position })}
          />
          {position}
        </label>
      ))}
    </fieldset>
    <div class="field">
      <label for="minutes">For</label>
      <select
        id="minutes"
        class="input"
        value={wanted.minutes}
        onChange={({ currentTarget }) =>
          onChange({ ...wanted, minutes: Number(currentTarget.value) })
        }
      >
        {MINUTES.map((minutes) => (
          <option key={minutes} value={minutes}>
            {seconds(minutes * 60)}
          </option>
        ))}
      </select>
    </div>
    <div class="field grow">
      <label for="force-why">Why</label>
      <input
        id="force-why"
        class="input"
        required
        maxLength={500}
        autocomplete="off"
        value={wanted.why}
        onInput={({ currentTarget }) => onChange({ ...wanted, why: currentTarget.value })}
      />
    </div>
  </>
);

const NOTHING_WANTED: Wanted = { position: "closed", minutes: 60, why: "" };

export const ForceForm = ({ stageName }: { readonly stageName: string }) => {
  const [wanted, setWanted] = useState(NOTHING_WANTED);
  const [asking, setAsking] = useState(false);
  const ask = (event: Event) => {
    event.preventDefault();
    setAsking(true);
  };
  const done = () => {
    setAsking(false);
    setWanted(NOTHING_WANTED);
  };
  return (
    <section class="panel" aria-labelledby="force-title">
      <div class="panel-head">
        <div>
          <h2 id="force-title">Force it</h2>
          <p class="soft small">Your order goes before the gauges until it ends or is released.</p>
        </div>
      </div>
      <form class="force-form" onSubmit={ask}>
        <Fields wanted={wanted} onChange={setWanted} />
        <button type="submit" class="button main" disabled={wanted.why.trim() === ""}>
          Force it …
        </button>
      </form>
      {asking && (
        <Confirm {...wanted} {...{ stageName }} onClose={() => setAsking(false)} onDone={done} />
      )}
    </section>
  );
};
