import { randomBytes } from "node:crypto";
import { routes } from "@holdfast/api";
import { startEmulator, systemClock } from "@holdfast/emulator";
import type { PopulationEvent } from "@holdfast/emulator";
import { expect, onTestFinished, test } from "vitest";
import { outcomeJobs } from "../packages/control/src/outcomes/index.ts";

import type { StorageDatabase } from "../packages/control/src/storage/create-database.ts";
import { openStorageDatabase } from "../packages/control/src/storage/open-database.ts";
import type { DatabaseOptions } from "../packages/control/src/storage/open-database.ts";
import { engines, temporaryDirectory } from "../packages/control/src/storage/testing/engines.ts";
import type { TestEngine } from "../packages/control/src/storage/testing/engines.ts";
import { takeFreePorts } from "./free-ports.ts";
import { FLOW, measuredApp, PLACE } from "./measuring/measured-app.ts";
import { addEmulatedApp, startServeProcess } from "./serve-process.ts";
import type { ServeProcess } from "./serve-process.ts";

/** How far Apple's clock is behind, ms: windows of a minute are over when a request has been answered. */
const BEHIND_MS = 210_000;
const WINDOW_MS = 60_000;
/** When nothing is waited for any more, from now, ms. */
const AFTER_MS = 4 * 86_400_000;
const PUBLIC_URL = "https://holdfast.example.com/";

async function surroundingsOf(engine: TestEngine) {
  const place = await engine.migratedPlace();
  const [port = 0] = await takeFreePorts(1);
  const env = {
    HOLDFAST_RUNTIME_SECRET: randomBytes(32).toString("base64"),
    HOLDFAST_MASTER_KEY: randomBytes(32).toString("base64"),
    ...(place.engine === "postgres" ? { HOLDFAST_DATABASE_URL: place.url } : {}),
  };
  const cwd = await temporaryDirectory();
  const data = place.engine === "sqlite" ? place.directory : await temporaryDirectory();
  return {
    place,
    port,
    surroundings: { cwd, env },
    args: ["--port", String(port), "--data", data],
  };
}

async function makeReady({ admin }: ServeProcess, emulator: Parameters<typeof addEmulatedApp>[1]) {
  await addEmulatedApp(admin, emulator, PLACE);
  const params = PLACE;
  const { etag } = await admin.call(routes.readOutcomeSettings, { params });
  const body = { windowMs: WINDOW_MS };
  await admin.call(routes.configureOutcomes, { params, body, ifMatch: etag });
  const created = await admin.call(routes.createVersion, { params, body: { source: FLOW } });
  const version = { version: created.body.version, expectedSequence: 0 };
  await admin.call(routes.publishVersion, { params, body: version });
}

/** Has the App Store's subscribers open pages and decide until it is over; returns what they have done so far. */
function watchPopulation(emulator: Awaited<ReturnType<typeof startEmulator>>) {
  const events: PopulationEvent[] = [];
  const ending = new AbortController();
  const population = emulator.runPopulation({
    ...PLACE,
    seed: 3,
    viewsPerSecond: 60,
    maxConcurrent: 8,
    tapProbability: 0.8,
    behaviour: { rules: [], otherwise: { cancel: 0.6, accept: 0.2 } },
    signal: ending.signal,
  });
  const watching = (async () => {
    for await (const event of population) events.push(event);
  })();
  // Whoever fails before the end need not hear of it.
  watching.catch(() => undefined);
  return {
    events,
    async end() {
      ending.abort();
      await watching;
    },
  };
}

/** The identifiers of the requests that were answered. */
function answeredIn(events: readonly PopulationEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === "view" && event.view.status === 200
      ? [event.view.request.requestIdentifier]
      : [],
  );
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** How many first exposures have an outcome. */
async function decidedIn({ admin }: ServeProcess): Promise<number> {
  const query = { from: dayOf(Date.now() - 86_400_000), to: dayOf(Date.now()) };
  const { body } = await admin.call(routes.readOutcomes, { params: PLACE, query });
  return body.units
    .flatMap(({ arms }) => arms)
    .reduce((sum, { subscriptions, outcomes }) => sum + subscriptions - outcomes.open, 0);
}

/** Has the next process attribute as soon as it is up, and not half a minute after the one before. */
async function makeAttributionDue(place: DatabaseOptions): Promise<void> {
  const database = await openStorageDatabase(place);
  await database.queries
    .updateTable("jobs")
    .set({ due_at: 0, lease: null })
    .where("kind", "=", "outcomes.attribute")
    .where("finished_at", "is", null)
    .execute();
  await database.close();
}

/** Decides what is left to decide, as the jobs would have; twice, for the second time changes nothing. */
async function settle(database: StorageDatabase): Promise<void> {
  const [job] = outcomeJobs({ database, now: () => Date.now() + AFTER_MS });
  const { signal } = new AbortController();
  await job?.run({ id: "job", payload: null, attempt: 1, signal });
  await database.queries
    .updateTable("outcome_subjects")
    .set({ due_at: 0 })
    .where("has_units", "=", 1)
    .execute();
  await job?.run({ id: "job", payload: null, attempt: 1, signal });
}

/** Counts the raw rows one by one, and holds what was counted against it. */
async function expectCountedOnce(place: DatabaseOptions, answered: readonly string[]) {
  const database = await openStorageDatabase(place);
  try {
    const { queries } = database;
    const decisions = await queries
      .selectFrom("decisions")
      .select(["request_identifier", "pseudonym", "requested_at", "rule"])
      .execute();
    const there = new Set(decisions.map((row) => row.request_identifier));
    expect(answered.filter((identifier) => !there.has(identifier))).toEqual([]);
    expect(there.size).toBe(decisions.length);
    const counted = await queries.selectFrom("decision_counts").select("count").execute();
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(decisions.length);

    await settle(database);
    const units = await queries.selectFrom("outcome_units").selectAll().execute();
    const firsts = new Map<string, (typeof decisions)[number]>();
    for (const decision of decisions) {
      const unit = decision.rule === "monthly" ? "experiment:stay" : `rule:${decision.rule}`;
      const key = `${decision.pseudonym} ${decision.rule === null ? "fallback" : unit}`;
      const first = firsts.get(key);
      const isFirst = first === undefined || decision.requested_at < first.requested_at;
      if (isFirst) firsts.set(key, decision);
    }
    expect(units.map(({ pseudonym, unit }) => `${pseudonym} ${unit}`).toSorted()).toEqual(
      [...firsts.keys()].toSorted(),
    );
    for (const { pseudonym, unit, exposed_at } of units) {
      expect(exposed_at).toBe(firsts.get(`${pseudonym} ${unit}`)?.requested_at);
    }
    const counts = await queries
      .selectFrom("outcome_counts")
      .selectAll()
      .where("count", "<>", 0)
      .execute();
    const groups = Map.groupBy(units, groupOf);
    expect(Object.fromEntries(counts.map((row) => [groupOf(row), row.count]))).toEqual(
      Object.fromEntries([...groups].map(([name, members]) => [name, members.length])),
    );
    return { decisions: decisions.length, units };
  } finally {
    await database.close();
  }
}

function groupOf(row: {
  readonly day: number;
  readonly unit: string;
  readonly rule: string;
  readonly arm: string;
  readonly message: string;
  readonly delivered: string;
  readonly outcome: string;
  readonly renewal: string;
}): string {
  const { day, unit, rule, arm, message, delivered, outcome, renewal } = row;
  return [day, unit, rule, arm, message, delivered, outcome, renewal].join(" ");
}

test.for(await engines())(
  "a server that is killed while it takes in and attributes has everything once, on $name",
  { timeout: 60_000 },
  async (engine) => {
    const { place, port, surroundings, args } = await surroundingsOf(engine);
    const base = `http://127.0.0.1:${port}`;
    const emulator = await startEmulator({
      port: 0,
      apps: [measuredApp(400)],
      clock: { ...systemClock, now: () => Date.now() - BEHIND_MS },
      resolve: [{ from: `${PUBLIC_URL}apple/`, to: `${base}/apple/` }],
      notificationUrls: { yoga: { sandbox: `${PUBLIC_URL}apple/notifications/yoga` } },
      answerTimeoutMs: 5000,
    });
    onTestFinished(() => emulator.close());
    let server = await startServeProcess(surroundings, { args });
    const { token } = server;
    onTestFinished(async () => void (await server.stop()));
    await makeReady(server, emulator);
    emulator.configureRealtimeUrl(PLACE, `${PUBLIC_URL}apple/retention/yoga/sandbox`);
    const population = watchPopulation(emulator);
    const kills = engine.name === "sqlite" ? 3 : 1;
    const answers = (): number => answeredIn(population.events).length;
    for (let kill = 0; kill < kills; kill += 1) {
      const enough = answers() + 20 + Math.floor(Math.random() * 60);
      await expect.poll(answers, { interval: 5, timeout: 20_000 }).toBeGreaterThan(enough);
      process.kill(server.pid, "SIGKILL");
      await server.stop();
      await makeAttributionDue(place);
      server = await startServeProcess(surroundings, { args, token });
    }
    const last = answers();
    await expect.poll(answers, { interval: 20, timeout: 20_000 }).toBeGreaterThan(last + 30);
    // What the processes have attributed themselves, with kills between. With a single kill it may be that
    // nothing had arrived when the next began; SQLite's file is the server's alone.
    const decided = async (): Promise<number> => {
      if (engine.name === "postgres") await makeAttributionDue(place);
      return decidedIn(server);
    };
    await expect.poll(decided, { interval: 500, timeout: 20_000 }).toBeGreaterThan(0);
    await population.end();
    const answered = answeredIn(population.events);
    const total = async () =>
      (await server.admin.call(routes.countDecisions, { params: PLACE, query: {} })).body.total;
    await expect.poll(total, { timeout: 10_000 }).toBeGreaterThanOrEqual(answered.length);
    await server.stop();

    const { decisions, units } = await expectCountedOnce(place, answered);
    // What was answered, and no more than those whose answer the kill cut off.
    expect(decisions - answered.length).toBeLessThanOrEqual(8 * kills);
    const outcomes = new Set(units.map(({ outcome }) => outcome));
    expect(outcomes.size).toBeGreaterThan(1);
    expect(outcomes).not.toContain("open");
  },
);
