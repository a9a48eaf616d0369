import { useState } from "preact/hooks";
import { postJson } from "./api.ts";

export const ReleaseButton = () => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const release = () => {
    setBusy(true);
    postJson("admission/release", {})
      .catch(({ message }: Error) => setError(message))
      .finally(() => setBusy(false));
  };
  return (
    <div>
      <button type="button" class="button" disabled={busy} onClick={release}>
        Release it
      </button>
      {error !== undefined && <p role="alert">{error}</p>}
    </div>
  );
};
