import { randomUUID } from "node:crypto";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTestControl } from "../../apps/testing/test-control.ts";
import { createControlApp } from "../../http/index.ts";
import { createControlMetrics } from "../../metrics/index.ts";
import { openTestPublishing } from "../../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { createSubscriptionIds } from "../../subscribers/index.ts";
import { RUNTIME } from "../../subscribers/testing/test-subscribers.ts";
import { createDecisionsFeature, ingestDecisions, keptMsOf, lossesJob } from "../index.ts";
import { dayOf } from "../tally-decisions.ts";
import { collectingStream, NOON, testRecord } from "../testing/test-decisions.ts";
import { SILENT_MS } from "./note-sender.ts";
import type { BatchSender } from "./note-sender.ts";

const PATH = "/v1/apps/yoga/environments/sandbox";
const PLACE = { app: "yoga", environment: "sandbox" } as const;
const DAY_MS = 86_400_000;

async function open(engine: TestEngine) {
  const database = await openTestDatabase(engine);
  const { keyring, runtimeKeys } = await openTestPublishing(database);
  const clock = { now: NOON };
  const means = {
    database,
    streams: collectingStream(),
    keptMs: keptMsOf(),
    idsOf: createSubscriptionIds({ queries: database.queries, keyring }),
    runtimeKeys,
    ownerOf: () => Promise.resolve(undefined),
  };
  const features = [createDecisionsFeature(means)];
  const control = createTestControl({ database, features }, { now: () => clock.now });
  const runtime = createControlApp({
    database,
    features,
    cookieName: "holdfast",
    now: () => clock.now,
    authenticate: () => Promise.resolve(RUNTIME),
  });
  const job = lossesJob({ database, now: () => clock.now });
  const signal = new AbortController().signal;
  return {
    database,
    clock,
    control,
    ship: (decisions: readonly unknown[], sender?: BatchSender) =>
      ingestDecisions(means, { decisions, apps: "all", now: clock.now, sender }),
    /** Sends a body as a runtime; returns the status. */
    async post(body: object) {
      const headers = { Authorization: "Bearer test", "Content-Type": "application/json" };
      const url = "https://holdfast.test/v1/decisions";
      const request = new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
      return (await runtime.fetch(request)).status;
    },
    count: () => job.run({ id: "job", payload: null, attempt: 1, signal }),
    async losses(query = "") {
      const { status, body } = await control.call(`GET ${PATH}/decision-losses${query}`);
      expect(status).toBe(200);
      return body;
    },
  };
}

function senderOf(isolate: string, count: number, host = "cloudflare-workers"): BatchSender {
  return { isolate, host, made: [{ ...PLACE, count }] };
}

function records(count: number): readonly DecisionRecord[] {
  return Array.from({ length: count }, () => testRecord());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Each isolate makes a few decisions, some of requests that another one answered, too, and sends them in batches. */
const isolates = fc.array(fc.array(fc.array(fc.nat(12), { minLength: 1, maxLength: 4 })), {
  minLength: 1,
  maxLength: 3,
});

describe.each(await engines())("on $name", (engine) => {
  test("noteSender() and lossesJob() count what never came, in any order and however often it came", async () => {
    const stage = await open(engine);
    const { queries } = stage.database;
    const runs = isolates.chain((made) => {
      const batches = made.flatMap((ofIsolate, isolate) => {
        const seen = new Set<number>();
        return ofIsolate.flatMap((requests) => {
          // An isolate answers a request once.
          const fresh = [...new Set(requests)].filter((request) => !seen.has(request));
          for (const request of fresh) seen.add(request);
          return fresh.length === 0 ? [] : [{ isolate, requests: fresh, count: seen.size }];
        });
      });
      return fc.record({
        batches: fc.constant(batches),
        // Some never come, some come twice, in whatever order; and the job runs in between.
        sent: fc.shuffledSubarray([...batches, ...batches]),
        counted: fc.array(fc.boolean(), { minLength: 2 * batches.length }),
      });
    });
    await fc.assert(
      fc.asyncProperty(runs, async ({ sent, counted }) => {
        await queries.deleteFrom("decisions").execute();
        await queries.deleteFrom("decision_senders").execute();
        await queries.deleteFrom("sender_repeats").execute();
        await queries.deleteFrom("decision_losses").execute();
        stage.clock.now = NOON;
        const names = [randomUUID(), randomUUID(), randomUUID()];
        for (const [index, { isolate, requests, count }] of sent.entries()) {
          const decisions = requests.map((request) =>
            testRecord({ requestIdentifier: `request-${request}` }),
          );
          await stage.ship(decisions, senderOf(names[isolate] ?? "", count));
          if (counted[index] !== true) continue;
          stage.clock.now += SILENT_MS;
          await stage.count();
        }
        stage.clock.now += SILENT_MS;
        await stage.count();
        const told = [0, 1, 2].map((isolate) => sent.filter((one) => one.isolate === isolate));
        const made = told.map((some) => Math.max(0, ...some.map(({ count }) => count)));
        const received = told.map((some) => new Set(some.flatMap(({ requests }) => requests)).size);
        expect(await stage.losses()).toMatchObject({
          made: sum(made),
          received: sum(received),
          lost: sum(made) - sum(received),
        });
      }),
      { numRuns: 15 },
    );
  });

  test("lossesJob() counts a sender once it was silent, on the day it was first heard of, and forgets it later", async () => {
    const stage = await open(engine);
    const isolate = randomUUID();
    const late = records(2);
    await stage.ship(records(3), senderOf(isolate, 5));
    stage.clock.now += SILENT_MS - 1;
    await stage.count();
    expect(await stage.losses()).toMatchObject({ made: 0, lost: 0, days: [] });
    stage.clock.now += 1;
    await stage.count();
    const host = "cloudflare-workers";
    const day = dayOf(NOON);
    const of = { day, host };
    const short = { made: 5, received: 3, lost: 2 };
    expect(await stage.losses()).toEqual({ ...short, days: [{ ...of, ...short }] });
    stage.clock.now += DAY_MS;
    await stage.ship(late, senderOf(isolate, 4));
    stage.clock.now += SILENT_MS;
    await stage.count();
    const whole = { made: 5, received: 5, lost: 0 };
    expect(await stage.losses()).toEqual({ ...whole, days: [{ ...of, ...whole }] });
    expect(await stage.losses(`?since=${NOON + DAY_MS}`)).toMatchObject({ made: 0, days: [] });
    await stage.ship(late, senderOf(randomUUID(), 2));
    const { queries } = stage.database;
    const repeats = () => queries.selectFrom("sender_repeats").select("isolate").execute();
    expect(await repeats()).toHaveLength(2);
    stage.clock.now += 15 * DAY_MS + 1;
    await stage.count();
    await stage.count();
    expect(await repeats()).toEqual([]);
    expect(await queries.selectFrom("decision_senders").select("isolate").execute()).toEqual([]);
  });

  test("two who take batches of one sender at once count each decision once", async () => {
    const stage = await open(engine);
    const isolate = randomUUID();
    const all = records(40);
    const batches = [all.slice(0, 30), all.slice(10), all.toReversed(), all];
    await Promise.all(batches.map((batch) => stage.ship(batch, senderOf(isolate, 41))));
    stage.clock.now += SILENT_MS;
    await Promise.all([stage.count(), stage.count()]);
    expect(await stage.losses()).toMatchObject({ made: 41, received: 40, lost: 1 });
  });

  test("ingestDecisions takes a sender as it comes, and counts nothing of what it is not for", async () => {
    const stage = await open(engine);
    const isolate = randomUUID();
    const { made } = senderOf(isolate, 7);
    const sender = {
      isolate,
      host: "moon",
      made: [...made, { app: "other", environment: "sandbox", count: 9 }],
    };
    const body = { decisions: [testRecord({ host: "node" }), { format: "none" }], sender };
    expect(await stage.post(body)).toBe(200);
    expect(await stage.post({ ...body, sender: { ...sender, isolate: "no UUID" } })).toBe(400);
    stage.clock.now += SILENT_MS;
    await stage.count();
    const days = [{ day: dayOf(NOON), host: "other", made: 7, received: 1, lost: 6 }];
    expect(await stage.losses()).toMatchObject({ lost: 6, days });
    const { database, clock } = stage;
    const { body: metrics } = await createControlMetrics({
      database,
      now: () => clock.now,
    }).render();
    expect(metrics).toContain(
      'holdfast_control_decisions_lost{app="yoga",environment="sandbox",host="other"} 6',
    );
  });

  test("noteSender() believes no sender more than it can have made, so that sums stay numbers", async () => {
    const stage = await open(engine);
    for (const isolate of [randomUUID(), randomUUID()]) {
      expect(
        await stage.post({
          decisions: [testRecord()],
          sender: senderOf(isolate, Number.MAX_SAFE_INTEGER),
        }),
      ).toBe(200);
    }
    stage.clock.now += SILENT_MS;
    await stage.count();
    expect(await stage.losses()).toMatchObject({ made: 2_000_000_000, received: 2 });
  });

  test("readKnownShares tells for each kind of host how many lookups ended in time", async () => {
    const stage = await open(engine);
    const { subject } = testRecord();
    const late = { ...subject, subscriber: { status: "unavailable", reason: "late" } } as const;
    const notNeeded = {
      ...subject,
      subscriber: { status: "unavailable", reason: "notNeeded" },
    } as const;
    await stage.ship([
      testRecord(),
      testRecord({ host: "node" }),
      testRecord({ host: "cloudflare-workers", subject: late }),
      testRecord({ host: "cloudflare-workers", subject: late }),
      testRecord({ host: "cloudflare-workers" }),
      testRecord({ host: "cloudflare-workers", subject: notNeeded }),
    ]);
    const { body } = await stage.control.call(`GET ${PATH}/known-shares`);
    expect(body).toMatchObject({
      hosts: [
        {
          host: "cloudflare-workers",
          requests: 4,
          needed: 3,
          inTime: 1,
          lookups: [
            { ending: "late", count: 2 },
            { ending: "notFound", count: 1 },
            { ending: "notNeeded", count: 1 },
          ],
        },
        { host: "node", requests: 2, needed: 2, inTime: 2 },
      ],
    });
  });
});
