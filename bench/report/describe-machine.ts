import { arch, cpus, loadavg, platform, totalmem } from "node:os";

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  /** The last minute's mean number of runnable processes, as the run began. */
  readonly loadAtStart: number;
};

const hundredths = (value: number): number => Math.round(value * 100) / 100;

export const loadNow = (): number => hundredths(loadavg()[0] ?? 0);

export const describeMachine = (): Machine => {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() || "unknown",
    cores: all.length,
    memoryGb: hundredths(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    loadAtStart: loadNow(),
  };
};
