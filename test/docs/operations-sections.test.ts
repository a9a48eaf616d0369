/** The runbook has a section for each way to fail, and each alarm names the one that is its own. */
import { describe, expect, it } from "vitest";
import { FAILURE_MODES, RUNBOOK } from "../../lib/failure-modes.ts";
import { synthesize } from "../stack/synthesize.ts";
import { headings, textOf } from "./operations-page.ts";

/** Sections that no alarm names. */
const OTHERS = ["First look", "Erase a customer"];

describe("the runbook", () => {
  const sections = Object.values(FAILURE_MODES).map(({ section }) => section);

  it("has a section for each way to fail, and none for another", () => {
    expect(headings.filter((heading) => !OTHERS.includes(heading)).toSorted()).toEqual(
      sections.toSorted(),
    );
  });

  it("is named by every alarm, at a section that is there", () => {
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    const template = synthesize({ stage: "prod" });
    const alarms = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"].flatMap((type) =>
      template.ofType(type),
    );
    expect(alarms.length).toBeGreaterThan(50);
    const named = alarms.map(({ body }) =>
      /operations\.md#([a-z0-9-]+)/.exec(JSON.stringify(body)),
    );
    expect(alarms.filter((_, index) => named[index] === null)).toEqual([]);
    expect(named.filter((match) => !anchors.includes(match?.[1] ?? ""))).toEqual([]);
    expect(RUNBOOK).toBe("docs/operations.md");
  });

  it.each(sections)("says under “%s” what is seen, what it means, and what to do", (section) => {
    const text = textOf(section);
    expect(text).toContain("*You see:*");
    expect(text).toContain("*It means:*");
    expect(text).toMatch(/\*\*(Console|AWS CLI|Console and AWS CLI|AWS CLI\*\* and \*\*console)/);
    expect(text).toMatch(/^bus /m);
  });
});
