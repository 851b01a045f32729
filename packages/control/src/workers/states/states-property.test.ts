import { UpstreamError } from "@holdfast/appstore/errors";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TableName } from "../../storage/index.ts";
import { engines, openTestDatabase } from "../../storage/testing/engines.ts";
import { arbitraryNews, BEGUN_AT } from "../../subscribers/testing/arbitrary-news.ts";
import { connectTarget, disconnectTarget, SETTLED_MS } from "./testing/test-target.ts";
import { createMemoryNamespace } from "./testing/memory-namespace.ts";
import type { MemoryNamespace } from "./testing/memory-namespace.ts";
import { openWorld, prepareWorld } from "./testing/states-world.ts";
import type { StatesWorld } from "./testing/states-world.ts";

const DAY_MS = 86_400_000;

type Step = (world: StatesWorld, namespace: MemoryNamespace) => Promise<void>;

const subscription = fc.constantFrom("100", "200");

/** Of what was there before a namespace was connected, what is written then. */
const told: fc.Arbitrary<Step> = fc.oneof(
  fc.array(arbitraryNews, { minLength: 1, maxLength: 3 }).map(
    (news): Step =>
      (world) =>
        world.tell(...news),
  ),
  subscription.map(
    (id): Step =>
      (world) =>
        world.decide(id),
  ),
  subscription.map(
    (id): Step =>
      (world) =>
        world.erase(id),
  ),
  fc
    .record({
      of: fc.constantFrom("A", "B"),
      isAccount: fc.constant(true),
      value: fc.constantFrom(3, 4, null),
    })
    .map(
      (statement): Step =>
        (world) =>
          world.state(statement),
    ),
);

const change: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: told, weight: 4 },
  fc
    .record({
      of: fc.constantFrom("100", "1001", "2002"),
      isAccount: fc.constant(false),
      value: fc.constantFrom(1, 2, null),
      ttlMs: fc.constantFrom(undefined, 5 * DAY_MS, 35 * DAY_MS),
    })
    .map(
      (statement): Step =>
        (world) =>
          world.state(statement),
    ),
);

const time: fc.Arbitrary<Step> = fc
  .constantFrom(1, DAY_MS, 10 * DAY_MS, 61 * DAY_MS)
  .map((ms): Step => (world) => {
    world.clock.now += ms;
    return Promise.resolve();
  });

/** A run of the job: with something happening before or after what is written, or with that call failing. */
const run: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom("before", "after"), fc.option(change), fc.boolean())
  .map(([when, meanwhile, fails]): Step => async (world, namespace) => {
    namespace[when] = async () => {
      namespace[when] = () => Promise.resolve();
      await meanwhile?.(world, namespace);
      if (fails) throw new UpstreamError("CLOUDFLARE_UNREACHABLE", "cut");
    };
    await world.run(namespace);
    namespace[when] = () => Promise.resolve();
  });

const before = fc.array(told, { maxLength: 6 });

const steps = fc.array(fc.oneof({ arbitrary: change, weight: 4 }, time, run), {
  minLength: 5,
  maxLength: 25,
});

const TABLES = [
  "subscribers",
  "transaction_owners",
  "subscriber_histories",
  "subscriber_attributes",
  "subscriber_erasures",
  "worker_state_marks",
  "worker_state_times",
] as const satisfies readonly TableName[];

describe.each(await engines())("on $name", (engine) => {
  test("workerStatesJob() ends with what rules see, whatever changes when, and whatever fails", async () => {
    const database = await openTestDatabase(engine);
    await prepareWorld(database);
    await fc.assert(
      fc.asyncProperty(before, steps, async (first, then) => {
        for (const table of TABLES) await database.queries.deleteFrom(table).execute();
        await disconnectTarget(database);
        const world = openWorld(database, { now: BEGUN_AT });
        const namespace = createMemoryNamespace();
        for (const step of first) await step(world, namespace);
        await connectTarget(database, world.clock.now);
        for (const step of then) await step(world, namespace);
        // Begins with the namespace; then what was there before is settled, and nothing is paused.
        await world.run(namespace);
        world.clock.now += SETTLED_MS;
        await world.run(namespace);
        const written = Object.fromEntries(
          [...namespace.values].map(([key, value]) => [key, JSON.parse(value) as unknown]),
        );
        expect(written).toEqual(await world.expected());
      }),
      { numRuns: 25 },
    );
  });
});
