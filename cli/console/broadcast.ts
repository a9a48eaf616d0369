/** Tells every open page of something that changes often, but only so often. */
export type Broadcast = {
  readonly listen: (listener: () => void) => () => void;
  readonly changed: () => void;
  readonly stop: () => void;
};

const AT_MOST_EVERY_MS = 150;

export const broadcast = (): Broadcast => {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    for (const listener of listeners) listener();
  };
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed: () => {
      timer ??= setTimeout(tell, AT_MOST_EVERY_MS);
    },
    stop: () => clearTimeout(timer),
  };
};
