import { describe, expect, it } from "vitest";
import {
  describeFailure,
  FAILURE_MODES,
  type FailureKind,
  runbookSection,
} from "../../lib/failure-modes.ts";

const kinds = Object.keys(FAILURE_MODES) as FailureKind[];

describe("the ways to fail", () => {
  it("have a section of the runbook each", () => {
    expect(new Set(kinds.map(runbookSection)).size).toBe(kinds.length);
    expect(runbookSection("outage")).toBe("docs/operations.md#an-outage-not-a-poison-message");
  });

  it.each(kinds)("%s says in whole sentences what has happened, of what", (kind) => {
    const text = describeFailure(kind, { subject: "Warehouse", limit: 50_000 });
    expect(text).toMatch(/^[A-Z][^{}]+\. Runbook: docs\/operations\.md#[a-z0-9-]+$/);
    expect(text).toContain("Warehouse");
    if (FAILURE_MODES[kind].because.includes("{limit}")) expect(text).toContain("50,000");
  });
});
