/**
 * What was wrong: the simulation's topic let the events of an order overtake one another on their
 * way to a queue that refused every call for a while. World 4680 of seed 1, shrunk to one order and
 * `sqs:denyAll`: the queue held events 1, 3, 2. The fence parked 3 behind 2, as it should, and 3 was
 * dead-lettered before 2 was; a new check asked why ("7 isolation: nothing before it is stuck").
 *
 * Why: each message had a timer of its own. One that was published after the refusal had been noticed
 * set its timer for the end of it at once, before an older message had tried, failed and set its own.
 *
 * What fixed it: a group's messages are numbered, and none arrives before its turn (1.14). It was the
 * model; the code needed no change.
 */
import { expect, it } from "vitest";
import { fifoTopic } from "../sim/fifo-topic.ts";
import { simClock } from "../sim/sim-clock.ts";

it("a group keeps its order on its way to a queue that refuses for a while", async () => {
  const clock = simClock(0);
  const topic = fifoTopic("group", clock);
  const arrived: string[] = [];
  const delaysMs = [1, 20, 1];
  topic.subscribe({
    sinceMs: () => 0,
    deniedUntilMs: () => 1_000,
    send: () => ({
      delayMs: delaysMs.shift() ?? 0,
      arrive: ({ body }) => void arrived.push(body),
    }),
  });
  const publish = (body: string) => topic.publish({ groupId: "o1", dedupId: body, body });
  publish("1");
  publish("2");
  clock.at(10, () => void publish("3"));
  await clock.run(() => false);
  expect(arrived).toEqual(["1", "2", "3"]);
});
