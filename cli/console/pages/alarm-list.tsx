import type { AlarmView } from "../console-views.ts";
import { Ago } from "./ago.tsx";
import type { Finding } from "./judge-flow.ts";

const Bell = () => (
  <svg class="bell" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
    <path d="M10 2a5 5 0 0 0-5 5v3.2L3.4 13a.8.8 0 0 0 .7 1.2h11.8a.8.8 0 0 0 .7-1.2L15 10.2V7a5 5 0 0 0-5-5ZM8 15.5a2 2 0 0 0 4 0Z" />
  </svg>
);

const Ringing = ({ alarm }: { readonly alarm: AlarmView }) => (
  <li class="notice bad alarm">
    <Bell />
    <div>
      <strong>{alarm.name}</strong> rings
      {alarm.sinceMs !== undefined && (
        <span class="soft">
          , began <Ago atMs={alarm.sinceMs} />
        </span>
      )}
      <p class="small">{alarm.about}</p>
      {alarm.why !== undefined && <p class="small soft">{alarm.why}</p>}
      {alarm.runbook !== undefined && (
        <p class="small">
          What to do: <code>{alarm.runbook}</code>
        </p>
      )}
    </div>
  </li>
);

const Found = ({ finding: { level, text, href } }: { readonly finding: Finding }) => (
  <li class={`finding ${level}`}>
    {text}{" "}
    {href !== undefined && (
      <a class="nowrap" href={href}>
        Show them
      </a>
    )}
  </li>
);

type AlarmListProps = {
  readonly alarms: readonly AlarmView[] | undefined;
  readonly findings: readonly Finding[];
};

const restText = (alarms: AlarmListProps["alarms"]): string =>
  alarms === undefined ? "All consumers keep up." : "All consumers keep up, and no alarm rings.";

export const AlarmList = ({ alarms, findings }: AlarmListProps) => {
  if ((alarms ?? []).length === 0 && findings.length === 0) {
    return <p class="notice good">{restText(alarms)}</p>;
  }
  return (
    <>
      {alarms !== undefined && alarms.length > 0 && (
        <ul class="plain-list">
          {alarms.map((alarm) => (
            <Ringing key={alarm.name} alarm={alarm} />
          ))}
        </ul>
      )}
      {findings.length > 0 && (
        <ul class="plain-list found panel">
          {findings.map((finding) => (
            <Found key={finding.text} finding={finding} />
          ))}
        </ul>
      )}
    </>
  );
};
