/** npm passes a Ctrl-C on that the terminal has sent here already: it comes twice. */
const ONE_CTRL_C_MS = 1_000;
const EXIT_INTERRUPTED = 130;

/**
 * The first Ctrl-C asks for an orderly stop; a second one ends the process at once, and with it
 * every child, whatever it does just then.
 */
export const listenForInterrupt = (onFirst: () => void): void => {
  let firstAt: number | undefined;
  const interrupt = () => {
    if (firstAt !== undefined && performance.now() - firstAt > ONE_CTRL_C_MS) {
      process.exit(EXIT_INTERRUPTED);
    }
    if (firstAt !== undefined) return;
    firstAt = performance.now();
    onFirst();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
};
