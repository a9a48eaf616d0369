import { describe, expect, it } from "vitest";
import type { Chart } from "../../bench/part.ts";
import { composeReport } from "../../bench/report/compose-report.ts";
import { drawChart, THEMES } from "../../bench/report/draw-chart.ts";
import { performancePage } from "../../bench/report/performance-page.ts";
import { pageFiles } from "../../bench/report/write-page.ts";
import { makeFigure, makeMeasuredPart, makeState } from "./make-measured-part.ts";

const chart: Chart = {
  title: "Write units an event",
  unit: "units",
  bars: [
    { label: "(a) ours", value: 1.25 },
    { label: "(b) & <theirs>", value: 4 },
  ],
};

const report = composeReport({
  ...makeState(),
  parts: [
    makeMeasuredPart(
      "effects",
      [
        makeFigure("effects: events/s", 6.789, { goal: { atLeast: 5 }, rounds: [6.5, 6.789, 7] }),
        makeFigure("effects: requests", 0.4, { goal: { atMost: 0.35 } }),
      ],
      {
        charts: [chart],
        tables: [{ title: "Calls", head: ["call", "a | b"], rows: [["Query", 1234.5]] }],
        notes: ["a limit was found"],
      },
    ),
  ],
  failed: [{ name: "growth", error: "no emulator" }],
});

/** Whatever a reader could take for a figure. */
const numbersOf = (page: string): string[] => page.match(/\d[\d,.]*/g) ?? [];

describe("the page", () => {
  const page = performancePage(report);

  it("tells of each goal what was measured, whether it is reached, and how to measure it again", () => {
    expect(page).toContain(
      "| [effects: events/s](#effects) | 6.79 x | at least 5 | reached | `npm run bench -- effects` |",
    );
    expect(page).toContain("| 0.4 x | at most 0.35 | **missed** |");
    expect(page).toContain("**growth could not be measured**: no emulator");
  });

  it("shows the rounds, the tables, the charts for both schemes, and the notes", () => {
    expect(page).toContain("| effects: events/s | 6.79 x | 6.5, 6.79, 7 |");
    expect(page).toContain("| call | a \\| b |\n|---|---:|\n| Query | 1,235 |");
    expect(page).toContain('srcset="performance/effects-write-units-an-event-dark.svg"');
    expect(page).toContain('src="performance/effects-write-units-an-event-light.svg"');
    expect(page).toContain("- a limit was found");
  });

  it("says of a run whose sources were changed that they were", () => {
    expect(page).toContain("commit 0123456789.");
    const [part] = report.parts;
    const changed = composeReport({ ...report, parts: [{ ...part!, isClean: false }] });
    expect(performancePage(changed)).toContain("commit 0123456789, with changes.");
  });

  it("has no figure of its own: where nothing was measured it tells none", () => {
    const { machine, versions } = makeState();
    const nothing = performancePage(
      composeReport({ machine, versions, parts: [], failed: [] }),
    ).replace(/## Machine and versions.*/s, "");
    // An example of how to read a ratio, a decision's number, the delay of the store, and a platform.
    expect(numbersOf(nothing)).toEqual(["5", "15", "5", "64", "0", "0"]);
  });
});

describe("a chart", () => {
  it("has the same bytes each time, whatever was drawn before", () => {
    const first = drawChart(chart, "light");
    drawChart({ ...chart, bars: chart.bars.toReversed() }, "dark");
    expect(drawChart(chart, "light")).toBe(first);
  });

  it("shows every bar's label and value, in the colours of its scheme", () => {
    const dark = drawChart(chart, "dark");
    for (const text of ["(a) ours", "1.25 units", "(b) &amp; &lt;theirs&gt;", "4 units"]) {
      expect(dark).toContain(text);
    }
    expect(dark).toContain("<title>Write units an event</title>");
    expect(dark).toContain(THEMES.dark.text);
    expect(dark).not.toContain(THEMES.light.text);
  });

  it("needs a title of its own, for its file", () => {
    const [part] = report.parts;
    const twins = { ...report, parts: [{ ...part!, charts: [chart, chart] }] };
    expect(() => pageFiles(twins)).toThrow("two charts would be performance/effects-write-units");
  });
});
