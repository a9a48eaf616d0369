import type { FlowPoint, FlowView } from "../console-views.ts";
import { ConsumerLane } from "./consumer-lane.tsx";
import { milliseconds, plural } from "./format.ts";
import { RELAY_BEHIND_MS } from "./judge-flow.ts";

type FlowDiagramProps = {
  readonly consumers: readonly string[];
  readonly flow: FlowView | undefined;
  readonly points: readonly FlowPoint[];
};

const DOOR_TAGS = {
  open: ["good", "takes orders"],
  closed: ["bad", "refuses new orders"],
  unknown: ["", "takes orders"],
} as const;

const Door = ({ flow }: { readonly flow: FlowView }) => {
  const [level, text] = DOOR_TAGS[flow.status.admission.door.kind];
  return (
    <a class={`tag ${level}`} href="/admission">
      {text}
    </a>
  );
};

const Relay = ({ flow }: { readonly flow: FlowView }) => {
  const { parked, behindMs = 0, mapping } = flow.status.relay;
  if (parked > 0) return <span class="tag bad">{plural(parked, "event")} left out</span>;
  if (mapping === "paused") return <span class="tag warn">paused</span>;
  if (behindMs > RELAY_BEHIND_MS) {
    return <span class="tag warn">{milliseconds(behindMs)} behind</span>;
  }
  return <span class="tag">nothing left out</span>;
};

/** How events come to the topic: the left half of the README's diagram. */
const Source = ({ flow }: Pick<FlowDiagramProps, "flow">) => (
  <ol class="source">
    <li class="node">
      <strong>order API</strong>
      <span class="soft small">takes each step</span>
      {flow !== undefined && <Door flow={flow} />}
    </li>
    <li class="node">
      <strong>orders table</strong>
      <span class="soft small">an item an order, its events inside</span>
    </li>
    <li class="node">
      <strong>relay</strong>
      <span class="soft small">publishes from the stream</span>
      {flow !== undefined && <Relay flow={flow} />}
    </li>
    <li class="node topic">
      <strong>SNS FIFO topic</strong>
      <span class="soft small">a group an order</span>
    </li>
  </ol>
);

const Lanes = ({ consumers, flow, points }: FlowDiagramProps) => (
  <table class="lanes" aria-label="The consumers now">
    <thead>
      <tr>
        <th scope="col">Consumer</th>
        <th scope="col" class="number">
          Applied <span class="soft">/s</span>
        </th>
        <th scope="col" class="number">
          Latency
        </th>
        <th scope="col" class="number">
          Oldest
        </th>
        <th scope="col" class="number">
          Backlog
        </th>
        <th scope="col" class="lane-spark">
          <span class="sr-only">Backlog of the last minutes</span>
        </th>
        <th scope="col" class="number">
          Dead letters
        </th>
      </tr>
    </thead>
    <tbody>
      {consumers.map((name, index) => (
        <ConsumerLane key={name} name={name} index={index} flow={flow} points={points} />
      ))}
    </tbody>
  </table>
);

export const FlowDiagram = (props: FlowDiagramProps) => (
  <section class="flow panel" aria-labelledby="flow-title">
    <h2 id="flow-title" class="sr-only">
      From a step of an order to its five effects
    </h2>
    <Source flow={props.flow} />
    <div class="bus-bar" aria-hidden="true" />
    <Lanes {...props} />
  </section>
);
