import { expect, test } from "vitest";
import type { Hook } from "../testing/fake-app-store.ts";
import { createBench } from "../testing/provisioning-fixtures.ts";
import type { Bench } from "../testing/provisioning-fixtures.ts";
import { twentyMessages } from "../testing/twenty-messages.ts";

const FLOW = twentyMessages();

/** After point `k` the process is gone: nothing it does has an effect any more. */
function gonePast(k: number, count: { points: number }): Hook {
  return () => {
    count.points += 1;
    if (count.points > k) throw new Error("the process is gone");
  };
}

function reached({ store, kept }: Bench) {
  return {
    messages: store.messages,
    images: store.images,
    defaults: store.defaults,
    realtimeUrl: store.realtimeUrl,
    state: JSON.parse(kept.text ?? "{}") as unknown,
  };
}

async function pointsOfOneRun(): Promise<{ readonly points: number; readonly bench: Bench }> {
  const count = { points: 0 };
  const bench = createBench();
  await bench.apply(FLOW, { hook: gonePast(Infinity, count) });
  return { points: count.points, bench };
}

test("applyPlan() converges, and uploads nothing twice, wherever it was killed", async () => {
  const { points, bench: undisturbed } = await pointsOfOneRun();
  expect(undisturbed.store.messages.size).toBe(20);
  expect(points).toBeGreaterThan(80);
  for (let k = 0; k < points; k += 1) {
    const bench = createBench();
    const count = { points: 0 };
    await expect(bench.apply(FLOW, { hook: gonePast(k, count) })).rejects.toThrow("gone");
    const again = await bench.apply(FLOW);
    expect(again.outcome, `killed at ${k}`).toBe("complete");
    expect(reached(bench), `killed at ${k}`).toEqual(reached(undisturbed));
    const uploads = bench.store.requests.filter((sent) => /^PUT (?:image|message) /.test(sent));
    expect(uploads.length, `killed at ${k}`).toBe(new Set(uploads).size);
  }
});

test("applyPlan() converges when it is killed again and again", async () => {
  const { bench: undisturbed } = await pointsOfOneRun();
  const bench = createBench();
  let runs = 0;
  for (let isDone = false; !isDone; runs += 1) {
    isDone = await bench.apply(FLOW, { hook: gonePast(8, { points: 0 }) }).then(
      ({ outcome }) => outcome === "complete",
      () => false,
    );
    if (runs > 200) throw new Error("does not converge");
  }
  expect(runs).toBeGreaterThan(10);
  expect(reached(bench)).toEqual(reached(undisturbed));
});
