import { AlarmList } from "./alarm-list.tsx";
import type { PageProps } from "./app.tsx";
import { FlowCharts } from "./flow-charts.tsx";
import { FlowDiagram } from "./flow-diagram.tsx";
import { judgeFlow, summarise } from "./judge-flow.ts";
import { PageHead } from "./page-head.tsx";
import { Trouble } from "./trouble.tsx";

export const FlowPage = ({ live, session }: PageProps) => {
  const { flow, points } = live;
  return (
    <>
      <PageHead title="Flow" about={flow === undefined ? "Reading …" : summarise(flow.status)} />
      <Trouble live={live} />
      <div class="findings" aria-live="polite">
        {flow !== undefined && <AlarmList alarms={flow.alarms} findings={judgeFlow(flow.status)} />}
      </div>
      <FlowDiagram consumers={session.consumers} flow={flow} points={points} />
      <FlowCharts consumers={session.consumers} flow={flow} points={points} />
      {flow !== undefined && flow.status.notKnown.length > 0 && (
        <ul class="not-known soft small">
          {flow.status.notKnown.map((text) => (
            <li key={text}>Not known: {text}</li>
          ))}
        </ul>
      )}
    </>
  );
};
