import type { Live } from "./use-live.ts";

/** What is shown is not of now, and why. */
export const Trouble = ({ live: { flow, trouble } }: { readonly live: Live }) => {
  if (trouble === undefined) return null;
  return (
    <div class="notice bad" role="alert">
      <strong>{flow === undefined ? "The stage cannot be read" : "These figures are old"}</strong>
      <p class="small">{trouble.error}</p>
    </div>
  );
};
