import type { Scenario } from "./scenario.ts";
import { audit } from "./scenarios/audit.ts";
import { badInput } from "./scenarios/bad-input.ts";
import { cancel } from "./scenarios/cancel.ts";
import { idempotency } from "./scenarios/idempotency.ts";
import { poison } from "./scenarios/poison.ts";
import { redrive } from "./scenarios/redrive.ts";
import { replay } from "./scenarios/replay.ts";
import { forged, unsigned } from "./scenarios/signature.ts";
import { trace } from "./scenarios/trace.ts";
import { wholeOrder } from "./scenarios/whole-order.ts";

export const SCENARIOS: readonly Scenario[] = [
  ...[wholeOrder, cancel, idempotency, trace, replay],
  ...[badInput, unsigned, forged, poison, redrive, audit],
];
