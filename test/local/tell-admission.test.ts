import { expect, test } from "vitest";
import { tellAdmission } from "../../local/tell-admission.ts";

test("the door is told of when it moves, and not when it stays or something else is measured", () => {
  const told: string[] = [];
  const listen = tellAdmission((text) => told.push(text));
  const seen = [0, 1, 1, 0, 0].map((AdmissionClosed) => ({ AdmissionClosed }));
  for (const metric of [{ Applied: 1 }, ...seen, { Applied: 3 }]) listen(metric, "some-function");
  expect(told).toEqual([
    expect.stringContaining("takes no new orders"),
    expect.stringContaining("takes new orders again"),
  ]);
});
