import type { AdmissionState } from "../../../lambdas/core/admission.ts";
import type { AdmissionStatus } from "../../status/read-status.ts";
import { Ago } from "./ago.tsx";
import type { PageProps } from "./app.tsx";
import { ForceForm } from "./force-form.tsx";
import { clockTime, count } from "./format.ts";
import { PageHead } from "./page-head.tsx";
import { ReleaseButton } from "./release-button.tsx";
import { Trouble } from "./trouble.tsx";

const HEADLINES = {
  open: ["good", "The shop takes new orders"],
  closed: ["bad", "The shop takes no new orders"],
  unknown: ["warn", "The shop takes new orders, unwatched"],
} as const;

const UNKNOWN = {
  "never decided": "Nobody has looked at the gauges yet.",
  stale: "Nobody has looked at the gauges for minutes, so the door stands open.",
} as const;

const Why = ({ door, state, isForced }: AdmissionStatus) => {
  const { forced } = state;
  if (forced !== undefined && isForced) {
    return (
      <p>
        <strong>{forced.by}</strong> has forced it {forced.position}: “{forced.why}”. It ends{" "}
        <Ago atMs={forced.untilMs} />, at {clockTime(forced.untilMs)}.
      </p>
    );
  }
  if (door.kind === "unknown") return <p>{UNKNOWN[door.why]}</p>;
  return (
    <p>
      The gauges decide. They were looked at <Ago atMs={state.decidedAtMs} />
      {state.sinceMs > 0 && (
        <>
          , and it changed <Ago atMs={state.sinceMs} />
        </>
      )}
      .
    </p>
  );
};

const DoorPanel = (admission: AdmissionStatus) => {
  const { door, isForced } = admission;
  const [level, headline] = HEADLINES[door.kind];
  return (
    <section class={`notice ${level} door`} aria-labelledby="door-title">
      <div>
        <h2 id="door-title">{headline}</h2>
        <Why {...admission} />
        <p class="soft small">Steps of orders that were taken are always let in.</p>
      </div>
      {isForced && <ReleaseButton />}
    </section>
  );
};

const GAUGES = {
  depth: "backlog",
  deadLetters: "dead letters",
  retrying: "retrying in an outage",
} as const;

const Pressures = ({ state }: { readonly state: AdmissionState }) => (
  <section class="panel" aria-labelledby="pressures-title">
    <div class="panel-head">
      <h2 id="pressures-title">What presses on the door</h2>
    </div>
    {state.pressures.length === 0 ? (
      <p class="empty">
        <strong>Nothing presses</strong> No critical consumer is far behind, stuck or in an outage.
      </p>
    ) : (
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Consumer</th>
            <th scope="col">Gauge</th>
            <th scope="col" class="number">
              Messages
            </th>
          </tr>
        </thead>
        <tbody>
          {state.pressures.map(({ consumer, gauge, value }) => (
            <tr key={`${consumer}/${gauge}`}>
              <th scope="row">{consumer}</th>
              <td data-label="Gauge">{GAUGES[gauge]}</td>
              <td data-label="Messages" class="number">
                {count(value)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
);

export const AdmissionPage = ({ live, session }: PageProps) => {
  const status = live.flow?.status;
  return (
    <>
      <PageHead
        title="Admission"
        about="Whether the shop takes new orders. It closes by itself while a critical consumer is too far behind, and opens again."
      />
      <Trouble live={live} />
      {status === undefined ? (
        <p class="panel empty">Reading …</p>
      ) : (
        <>
          <DoorPanel {...status.admission} />
          <Pressures state={status.admission.state} />
          <ForceForm stageName={session.stageName} />
        </>
      )}
    </>
  );
};
