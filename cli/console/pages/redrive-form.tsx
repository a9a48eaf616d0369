import { useState } from "preact/hooks";
import type { ActFormProps } from "./act-dialog.tsx";
import { plural } from "./format.ts";
import { PreviewText } from "./preview-text.tsx";
import { useFirstFocus } from "./use-first-focus.ts";

/** As fast as SQS's own redrive at most (2.10). */
const DEFAULT_RATE = "500";

export const RedriveForm = ({ consumer, preview, onStart, onClose, busy }: ActFormProps) => {
  const first = useFirstFocus();
  const [rate, setRate] = useState(DEFAULT_RATE);
  const [canary, setCanary] = useState<"first" | "none">("first");
  const { planId, orders, letters } = preview;
  const submit = (event: Event) => {
    event.preventDefault();
    onStart("redrive", { planId, canary, ...(rate === "" ? {} : { ratePerSecond: Number(rate) }) });
  };
  return (
    <form class="dialog-form" onSubmit={submit}>
      <PreviewText preview={preview}>
        <strong>{plural(letters, "letter")}</strong> of <strong>{plural(orders, "order")}</strong>{" "}
        go back to {consumer}, each order in sequence.
      </PreviewText>
      <label class="check">
        <input
          type="checkbox"
          ref={first}
          checked={canary === "first"}
          onChange={({ currentTarget }) => setCanary(currentTarget.checked ? "first" : "none")}
        />
        <span>
          One order first
          <span class="hint">Stop there if it fails again.</span>
        </span>
      </label>
      <div class="field">
        <label for="rate">Letters a second at most</label>
        <input
          id="rate"
          class="input"
          type="number"
          min="0.1"
          max="10000"
          step="any"
          value={rate}
          onInput={({ currentTarget }) => setRate(currentTarget.value)}
        />
        <p class="hint">Empty: as fast as it goes.</p>
      </div>
      <div class="dialog-acts">
        <button type="button" class="button" onClick={onClose}>
          Leave it
        </button>
        <button type="submit" class="button main" disabled={busy || orders === 0}>
          Redrive {plural(letters, "letter")}
        </button>
      </div>
    </form>
  );
};
