import { useEffect, useState } from "preact/hooks";
import type { PreviewView } from "../console-views.ts";
import type { PageFilter } from "../dead-letter-filter.ts";
import { postJson } from "./api.ts";
import { Dialog } from "./dialog.tsx";
import { DiscardForm } from "./discard-form.tsx";
import { RedriveForm } from "./redrive-form.tsx";

export type AskedAct = { readonly what: "redrive" | "discard"; readonly filter: PageFilter };

export type ActFormProps = {
  readonly consumer: string;
  readonly preview: PreviewView;
  readonly onStart: (path: "redrive" | "discard", body: object) => void;
  readonly onClose: () => void;
  readonly busy: boolean;
};

const TITLES = { redrive: "Redrive dead letters", discard: "Discard dead events" } as const;

const usePreview = (consumer: string, { filter }: AskedAct) => {
  const [preview, setPreview] = useState<PreviewView>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    postJson<PreviewView>(`dead-letters/${consumer}/preview`, filter).then(
      setPreview,
      ({ message }: Error) => setError(message),
    );
  }, [consumer, filter]);
  return { preview, error, setError };
};

type ActDialogProps = {
  readonly asked: AskedAct;
  readonly consumer: string;
  readonly stageName: string;
  readonly onClose: () => void;
};

/** First what would be done, then whether to do it. */
export const ActDialog = ({ asked, consumer, stageName, onClose }: ActDialogProps) => {
  const { preview, error, setError } = usePreview(consumer, asked);
  const [busy, setBusy] = useState(false);
  const start: ActFormProps["onStart"] = (path, body) => {
    setBusy(true);
    postJson(`dead-letters/${consumer}/${path}`, body).then(onClose, ({ message }: Error) => {
      setError(message);
      setBusy(false);
    });
  };
  const Form = asked.what === "redrive" ? RedriveForm : DiscardForm;
  return (
    <Dialog title={TITLES[asked.what]} about={`${consumer} of ${stageName}`} onClose={onClose}>
      {error !== undefined && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {preview === undefined && error === undefined && <p role="status">Counting …</p>}
      {preview !== undefined && <Form {...{ consumer, preview, onClose, busy }} onStart={start} />}
    </Dialog>
  );
};
