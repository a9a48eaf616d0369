/** Which page is shown is in the path, so that a reload, a bookmark and the back button all work. */
import { useEffect, useState } from "preact/hooks";
import { pathParts } from "./path-parts.ts";

const CHANGED = "console-path";

export const goTo = (path: string): void => {
  history.pushState(null, "", path);
  dispatchEvent(new Event(CHANGED));
};

/** The parts of the page's path, decoded. */
export const usePath = (): readonly string[] => {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const read = () => setPath(location.pathname);
    addEventListener("popstate", read);
    addEventListener(CHANGED, read);
    return () => {
      removeEventListener("popstate", read);
      removeEventListener(CHANGED, read);
    };
  }, []);
  return pathParts(path);
};

/** A plain click goes to the page without a reload; any other click is the browser's. */
export const followLink = (event: MouseEvent): void => {
  const { ctrlKey, metaKey, shiftKey, altKey, button } = event;
  if (ctrlKey || metaKey || shiftKey || altKey || button !== 0 || event.defaultPrevented) return;
  const link = (event.target as Element | null)?.closest("a");
  if (!link || link.origin !== location.origin || link.hash !== "" || link.target !== "") return;
  event.preventDefault();
  goTo(link.pathname + link.search);
};
