import { Presets, SingleBar } from "cli-progress";

export type Progress = {
  readonly update: (done: number, total?: number) => void;
  readonly stop: () => void;
};

/** Where the output is kept, a bar would be noise: a line each quarter of the way. */
const STEPS = 4;

const printSteps = (label: string, total: number): Progress => {
  let said = 0;
  if (total > 0) console.error(`${label}: 0 of ${total}`);
  return {
    update: (done, of = total) => {
      const step = of === 0 ? STEPS : Math.floor((done / of) * STEPS);
      if (step <= said) return;
      said = step;
      console.error(`${label}: ${done} of ${of}`);
    },
    stop: () => {},
  };
};

/** On standard error, so that what is piped on holds the result alone. */
export const showProgress = (label: string, total: number): Progress => {
  if (!process.stderr.isTTY) return printSteps(label, total);
  const format = `${label.padEnd(8)} {bar} {percentage}% {value}/{total}, {eta_formatted} left`;
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  bar.start(total, 0);
  return {
    update: (done, of = total) => {
      bar.setTotal(of);
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
};
