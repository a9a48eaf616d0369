import { catchUpPart } from "./catch-up/catch-up.ts";
import { coldStart } from "./cold-start/cold-start.ts";
import { effects } from "./effects/effects.ts";
import { endToEnd } from "./end-to-end/end-to-end.ts";
import { growth } from "./growth/growth.ts";
import { hot } from "./hot/hot.ts";
import { money } from "./money/money.ts";
import type { Part } from "./part.ts";
import { relay } from "./relay/relay.ts";
import { slowConsumer } from "./slow-consumer/slow-consumer.ts";

/** In the order in which they run, and stand on the page. */
export const parts: readonly Part[] = [
  effects,
  relay,
  coldStart,
  endToEnd,
  slowConsumer,
  catchUpPart,
  growth,
  hot,
  money,
];
