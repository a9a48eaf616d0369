import type { ComponentChildren } from "preact";
import type { PreviewView } from "../console-views.ts";
import { count, list } from "./format.ts";

type PreviewTextProps = { readonly preview: PreviewView; readonly children: ComponentChildren };

export const PreviewText = ({ preview, children }: PreviewTextProps) => {
  const { orders, examples, remarks } = preview;
  const more = orders - examples.length;
  const shown = more > 0 ? [...examples, `${count(more)} more`] : examples;
  return (
    <div class="preview">
      <p class="preview-count">{children}</p>
      {examples.length > 0 && <p class="soft small">Of {list(shown)}.</p>}
      {remarks.map((remark) => (
        <p key={remark} class="notice warn small">
          {remark}
        </p>
      ))}
    </div>
  );
};
