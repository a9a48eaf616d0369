/** Lets so many in at a time; the others wait in line. */
export type Gate = {
  readonly enter: () => Promise<void>;
  readonly leave: () => void;
};

export const createGate = (places: number): Gate => {
  const line: (() => void)[] = [];
  let free = places;
  return {
    enter: () => {
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      return new Promise((resolve) => line.push(resolve));
    },
    leave: () => {
      const next = line.shift();
      // The place goes from hand to hand: were it free in between, another could take it.
      if (next === undefined) free++;
      else next();
    },
  };
};
