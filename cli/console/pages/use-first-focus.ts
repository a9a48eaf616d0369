import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** The field where a form begins: it takes the focus when it appears. */
export const useFirstFocus = (): RefObject<HTMLInputElement | null> => {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
};
