import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

type DialogProps = {
  readonly title: string;
  readonly about: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/** Modal: the browser keeps the focus inside, gives it back afterwards, and closes it by Escape. */
export const Dialog = ({ title, about, onClose, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      <p class="soft">{about}</p>
      {children}
    </dialog>
  );
};
