import type { AdmissionRules } from "../../lambdas/core/admission.ts";

export const START_MS = Date.UTC(2026, 0, 1);

const marks = {
  depth: { closeAt: 100, openAt: 40 },
  deadLetters: { closeAt: 10, openAt: 5 },
  retrying: { closeAt: 20, openAt: 0 },
};

export const admissionRules: AdmissionRules = {
  critical: { inventory: marks, warehouse: marks },
  minimumSeconds: { open: 60, closed: 120 },
};
