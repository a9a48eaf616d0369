import { afterEach, describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { type HttpSender, httpSender } from "../../cli/http-sender.ts";
import { type PlayOptions, playTrace } from "../../cli/play-trace.ts";
import type { NumberedLine } from "../../cli/trace-line.ts";
import { type StubCall, startStubApi } from "./start-stub-api.ts";

type StubApi = Awaited<ReturnType<typeof startStubApi>>;

const LINES: readonly NumberedLine[] = generateTrace(5, 40).map((line, index) => ({
  number: index + 1,
  line,
}));
const FIRST = LINES.slice(0, 1);

const ok = { status: 200, body: "{}" };

describe("playing a trace", () => {
  let api: StubApi;
  let sender: HttpSender;
  const waits: number[] = [];
  /** Time passes only by waiting. */
  const patience = {
    patienceMs: 60_000,
    nowMs: () => waits.reduce((sum, ms) => sum + ms, 0),
    wait: async (ms: number) => waits.push(ms),
    random: () => 0.5,
  };
  const play = async (
    answer: Parameters<typeof startStubApi>[0],
    options: Partial<PlayOptions> = {},
  ) => {
    api = await startStubApi(answer);
    sender = httpSender(api.url);
    return playTrace({ lines: LINES, send: sender.send, patience, ...options });
  };
  afterEach(async () => {
    waits.length = 0;
    sender.close();
    await api.stop();
  });

  it("makes one call a line, the steps of an order one after the other", async () => {
    const busy = new Set<string>();
    const steps = new Map<string, string[]>();
    let most = 0;
    const four = Promise.withResolvers<void>();
    const orderOf = ({ path, body }: StubCall) => path.split("/")[2] ?? JSON.parse(body).orderId;
    const played = await play(
      async (call) => {
        const order = orderOf(call);
        expect(busy.has(order)).toBe(false);
        busy.add(order);
        most = Math.max(most, busy.size);
        // The first ones are answered when four are there, which is all that may be.
        if (busy.size === 4) four.resolve();
        await four.promise;
        busy.delete(order);
        steps.set(order, [...(steps.get(order) ?? []), call.path.split("/")[3] ?? "place"]);
        return ok;
      },
      { concurrency: 4 },
    );
    expect(played).toMatchObject({ lines: LINES.length, accepted: LINES.length, refused: 0 });
    expect(most).toBe(4);
    const expected = Map.groupBy(LINES, ({ line }) => line.orderId);
    for (const [order, lines] of expected) {
      expect(steps.get(order)).toEqual(lines.map(({ line }) => line.action));
    }
  });

  it("gives each line a key of its own, the same in every run", async () => {
    await play(() => ok);
    const keys = new Set(api.calls.map(({ key }) => key));
    expect(keys.size).toBe(LINES.length);
    sender.close();
    await api.stop();
    await play(() => ok);
    expect(new Set(api.calls.map(({ key }) => key))).toEqual(keys);
  });

  it("counts the steps that the API refuses, and goes on", async () => {
    const refusals = [400, 404, 409, 413, 422];
    let next = 0;
    const played = await play(({ path }) =>
      path.endsWith("/ship") ? { status: refusals[next++ % 5] ?? 0 } : ok,
    );
    const ships = LINES.filter(({ line }) => line.action === "ship").length;
    expect(played).toMatchObject({ refused: ships, accepted: LINES.length - ships });
  });

  it("makes a call again under its key after a throttle, a fault and no answer", async () => {
    const faults = [{ status: 429 }, { status: 503 }, { status: 502 }, "hang up"] as const;
    const played = await play(({ before }) => faults[before] ?? ok, { lines: FIRST });
    expect(played).toMatchObject({ accepted: 1, retries: 4 });
    expect(new Set(api.calls.map(({ key, path, body }) => `${key}${path}${body}`)).size).toBe(1);
  });

  it("waits at least as long as it is told to, and longer each time", async () => {
    const told = { status: 503, headers: { "retry-after": "7" } };
    await play(({ before }) => (before === 0 ? told : before < 3 ? { status: 503 } : ok), {
      lines: FIRST,
    });
    expect(waits[0]).toBeGreaterThan(7_000);
    expect(waits[2]).toBeGreaterThan(waits[1] ?? 0);
  });

  it("gives up with the last answer, and sends no later step of that order", async () => {
    const line = LINES.filter(({ line }) => line.orderId === LINES[0]?.line.orderId);
    const playing = play(() => ({ status: 503, body: "closed" }), { lines: line });
    await expect(playing).rejects.toThrow(
      /^line 1 \(place .*within 60 s; the last one: 503 closed/,
    );
    expect(new Set(api.calls.map(({ key }) => key)).size).toBe(1);
  });

  it("ends at an answer that blames the player", async () => {
    const playing = play(() => ({ status: 403, body: "unsigned" }), { lines: FIRST });
    await expect(playing).rejects.toThrow(/line 1 \(place day5-.*\): got 403 unsigned/);
  });

  it("sends each call twice when asked, refused ones too", async () => {
    const played = await play(({ path }) => ({ status: path.endsWith("/pay") ? 409 : 200 }), {
      each: "twice",
    });
    const pays = LINES.filter(({ line }) => line.action === "pay").length;
    expect(played).toMatchObject({ lines: LINES.length, refused: pays });
    expect(api.calls).toHaveLength(2 * LINES.length);
    expect(api.calls.filter(({ before }) => before === 1)).toHaveLength(LINES.length);
  });

  it("takes another answer to the same call for an error", async () => {
    const playing = play(({ before }) => ({ status: 200, body: `answer ${before}` }), {
      lines: FIRST,
      each: "twice",
    });
    await expect(playing).rejects.toThrow(/two answers: first 200 answer 0, then 200 answer 1/);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const playing = play(() => ok, {
      concurrency: 1,
      signal: stop.signal,
      onPlayed: (played) => played === 10 && stop.abort(new Error("enough")),
    });
    await expect(playing).rejects.toThrow("enough");
    expect(api.calls).toHaveLength(10);
  });
});
