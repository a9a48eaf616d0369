import { useState } from "preact/hooks";
import type { ActFormProps } from "./act-dialog.tsx";
import { plural } from "./format.ts";
import { PreviewText } from "./preview-text.tsx";
import { useFirstFocus } from "./use-first-focus.ts";

export const DiscardForm = ({ consumer, preview, onStart, onClose, busy }: ActFormProps) => {
  const first = useFirstFocus();
  const [why, setWhy] = useState("");
  const { planId, orders } = preview;
  const submit = (event: Event) => {
    event.preventDefault();
    onStart("discard", { planId, why });
  };
  return (
    <form class="dialog-form" onSubmit={submit}>
      <PreviewText preview={preview}>
        The first dead event of <strong>{plural(orders, "order")}</strong> never takes effect at{" "}
        {consumer}. What waits behind it goes on. This cannot be undone.
      </PreviewText>
      <div class="field">
        <label for="why">Why</label>
        <input
          id="why"
          ref={first}
          class="input"
          required
          maxLength={500}
          autocomplete="off"
          value={why}
          onInput={({ currentTarget }) => setWhy(currentTarget.value)}
        />
        <p class="hint">Kept with the order, beside your name.</p>
      </div>
      <div class="dialog-acts">
        <button type="button" class="button" onClick={onClose}>
          Leave it
        </button>
        <button
          type="submit"
          class="button danger"
          disabled={busy || orders === 0 || why.trim() === ""}
        >
          Discard {plural(orders, "event")}
        </button>
      </div>
    </form>
  );
};
