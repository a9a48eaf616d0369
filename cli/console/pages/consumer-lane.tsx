import type { ConsumerStatus } from "../../status/read-status.ts";
import type { FlowPoint, FlowView } from "../console-views.ts";
import { milliseconds, NOTHING, rate, seconds, shortCount } from "./format.ts";
import { Sparkline } from "./sparkline.tsx";

type ConsumerLaneProps = {
  readonly name: string;
  readonly index: number;
  readonly flow: FlowView | undefined;
  readonly points: readonly FlowPoint[];
};

const State = ({ consumer }: { readonly consumer: ConsumerStatus }) => {
  const { outage, mapping, undelivered } = consumer;
  return (
    <>
      {outage === "outage" && <span class="tag bad">outage</span>}
      {outage === "no budget" && <span class="tag warn">no dead-letter budget</span>}
      {mapping === "paused" && <span class="tag warn">paused</span>}
      {mapping === "changing" && <span class="tag">changing</span>}
      {undelivered > 0 && <span class="tag bad">{shortCount(undelivered)} undelivered</span>}
    </>
  );
};

const or = <T,>(value: T | undefined, show: (value: T) => string): string =>
  value === undefined ? NOTHING : show(value);

/** How fast the dashes of its line move. */
const paceOf = (perSecond: number | undefined): string => {
  if (!perSecond) return "still";
  if (perSecond < 2) return "slow";
  return perSecond < 20 ? "steady" : "fast";
};

const Dead = ({ consumer }: { readonly consumer: ConsumerStatus | undefined }) => {
  if (consumer === undefined) return NOTHING;
  const { deadLetters, name } = consumer;
  if (deadLetters === 0) return "0";
  return (
    <a class="dead" href={`/dead-letters/${name}`}>
      {shortCount(deadLetters)}
      <span class="sr-only"> dead letters at {name}</span>
    </a>
  );
};

export const ConsumerLane = ({ name, index, flow, points }: ConsumerLaneProps) => {
  const consumer = flow?.status.consumers.find((one) => one.name === name);
  const minutes = flow?.minutes?.consumers.find((one) => one.name === name);
  const perSecond = minutes?.appliedPerSecond;
  return (
    <tr class={`lane series-${index % 5}`}>
      <th scope="row" class="lane-name">
        <span class={`pipe ${paceOf(perSecond)}`} aria-hidden="true" />
        {name}
        {consumer !== undefined && <State consumer={consumer} />}
      </th>
      <td class="number" data-label="Applied /s">
        {or(perSecond, rate)}
      </td>
      <td class="number" data-label="Latency">
        {or(consumer?.latencyMs?.p50, milliseconds)}
      </td>
      <td class="number" data-label="Oldest">
        {consumer?.depth === 0 ? NOTHING : or(consumer?.oldestAgeSeconds, seconds)}
      </td>
      <td class="number" data-label="Backlog">
        {or(consumer?.depth, shortCount)}
      </td>
      <td class="lane-spark" data-label="">
        <Sparkline values={points.map(({ backlog }) => backlog[index] ?? 0)} />
      </td>
      <td class="number" data-label="Dead letters">
        <Dead consumer={consumer} />
      </td>
    </tr>
  );
};
