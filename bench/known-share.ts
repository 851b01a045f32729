/**
 * Of how many requests the subscriber's state was known in time, by one real `holdfast serve` on SQLite: after a
 * cold start, when whoever is unknown is asked about at Apple's pace; and after an import of all subscribers.
 *
 *   npm run bench:known                        5,000 subscribers; about five minutes, most of it the import's pace
 *   npm run bench:known -- --quick             half a minute, to see that it works
 *   npm run bench:known -- --json              one JSON line
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { defaultApps, startEmulator } from "@holdfast/emulator";
import type { AppDefinition } from "@holdfast/emulator";
import { addEmulatedApp, startServeProcess } from "../e2e/serve-process.ts";
import type { ServeProcess } from "../e2e/serve-process.ts";
import { runBinary } from "../e2e/spawn-cli.ts";
import { createSeededRandom } from "../packages/emulator/src/random/seeded-random.ts";
import { latencyOf, lookupsBetween, readLookupMetrics } from "./lookup-metrics.ts";
import type { LookupMetrics } from "./lookup-metrics.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    subscribers: { type: "string" },
    seconds: { type: "string" },
    rate: { type: "string" },
    calls: { type: "string" },
  },
});
const options = {
  subscribers: Number(values.subscribers ?? (values.quick ? 300 : 5000)),
  /** Of the cold start; as long again, but a minute at most, after the import. */
  seconds: Number(values.seconds ?? (values.quick ? 8 : 60)),
  /** Requests a second. */
  rate: Number(values.rate ?? (values.quick ? 50 : 100)),
  /** Statuses a second; default what a server asks for by default in production. */
  calls: Number(values.calls ?? 25),
};

/** In how many parts it is told how it went. */
const STRETCHES = 6;
const LONGEST_AFTER_SECONDS = 60;

/** Who asks is always the same. */
const SEED = 1;

const PLACE = { app: "yoga", environment: "production" } as const;

/** Everybody's answer needs to know how long they have been subscribers. */
const FLOW = `version: 1
app: com.example.yoga
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000001 } } }
  loyal: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000002 } } }
rules:
  - { name: loyal, when: { subscription.tenureDays: { gte: 60 } }, respond: { message: loyal } }
fallback: { message: stay }
`;

const directory = await mkdtemp(join(tmpdir(), "holdfast-known-"));
const emulator = await startEmulator({ port: 0, apps: [appOf(options.subscribers)] });
try {
  await measure();
} finally {
  await emulator.close();
  await rm(directory, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const server = await startServeProcess({ cwd: directory, env: environment() });
  try {
    await addEmulatedApp(server.admin, emulator, PLACE);
    await publish(server.admin);
    await untilLive(server.url);
    const { subscribers, seconds, rate, calls } = options;
    tell(
      `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores; ${subscribers} subscribers, ${rate} requests a second of any of them, at most ${calls} statuses a second`,
    );
    tell("cold start:");
    const cold = await measureFor(server, seconds);
    const importSeconds = await importAll(server);
    tell(`import of all ids: ${importSeconds.toFixed(0)} s until Apple was asked about everybody`);
    const imported = await measureFor(server, Math.min(seconds, LONGEST_AFTER_SECONDS));
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ ...options, cold, importSeconds, imported })}\n`);
    }
  } finally {
    await server.stop();
  }
}

function environment(): Readonly<Record<string, string>> {
  const { productionBaseUrl } = emulator.credentials(PLACE.app);
  return {
    HOLDFAST_STOREKIT_PRODUCTION_URL: productionBaseUrl,
    HOLDFAST_ALLOW_NON_APPLE_PRODUCTION_ROOTS: "1",
    HOLDFAST_STATUS_CALLS_PER_SECOND: String(options.calls),
  };
}

function appOf(count: number): AppDefinition {
  const yoga = defaultApps().find(({ id }) => id === PLACE.app);
  if (yoga === undefined) throw new Error("expected the emulator to have an app called yoga");
  return { ...yoga, population: { count, seed: SEED } };
}

async function publish(admin: ApiClient): Promise<void> {
  const params = PLACE;
  const saved = await admin.call(routes.createVersion, { params, body: { source: FLOW } });
  const { version } = saved.body;
  await admin.call(routes.publishVersion, { params, body: { version, expectedSequence: 0 } });
}

async function untilLive(url: string): Promise<void> {
  while (!(await fetch(`${url}/healthz`)).ok) await sleep(50);
}

/** The share of the requests whose state was known in time, and how lookups went. */
interface Measured {
  readonly asked: number;
  /** From 0 to 1. */
  readonly known: number;
  readonly endings: LookupMetrics["endings"];
  readonly lookupMs: { readonly p50: number; readonly p99: number };
}

/** Has the App Store ask for so long, telling in between how it goes; returns the parts, and the whole last. */
async function measureFor(
  { url }: ServeProcess,
  seconds: number,
): Promise<{ readonly stretches: readonly Measured[]; readonly whole: Measured }> {
  const first = await readLookupMetrics(url);
  const asking = ask(url, seconds);
  const stretches: Measured[] = [];
  const stretchMs = (seconds * 1000) / STRETCHES;
  const beganAt = performance.now();
  let before = first;
  for (let stretch = 1; stretch <= STRETCHES; stretch += 1) {
    await sleep(Math.max(0, beganAt + stretch * stretchMs - performance.now()));
    if (stretch === STRETCHES) await asking;
    const after = await readLookupMetrics(url);
    const measured = summarise(lookupsBetween(before, after));
    stretches.push(measured);
    tell(`  ${Math.round((stretch * stretchMs) / 1000)} s: ${render(measured)}`);
    before = after;
  }
  const whole = summarise(lookupsBetween(first, before));
  tell(`  in all: ${render(whole)}`);
  return { stretches, whole };
}

/** Sends requests of subscribers drawn at random, evenly in time, whether those before are answered or not. */
async function ask(url: string, seconds: number): Promise<void> {
  const random = createSeededRandom(SEED);
  const subscribers = emulator.subscribers(PLACE);
  const beganAt = performance.now();
  const underWay = new Set<Promise<void>>();
  for (let index = 0; index < seconds * options.rate; index += 1) {
    await sleep(Math.max(0, beganAt + (index * 1000) / options.rate - performance.now()));
    const subscriber = subscribers[Math.floor(random() * subscribers.length)];
    if (subscriber === undefined) throw new Error("expected the emulator to have subscribers");
    const asked = askAbout(url, subscriber.originalTransactionId).finally(() => {
      underWay.delete(asked);
    });
    underWay.add(asked);
  }
  await Promise.all(underWay);
}

async function askAbout(url: string, originalTransactionId: string): Promise<void> {
  const signed = await emulator.signedRequest({ ...PLACE, originalTransactionId });
  const response = await fetch(`${url}/apple/retention/${PLACE.app}/${PLACE.environment}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(signed),
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`expected an answer, got ${response.status}`);
}

/** Has the command line import everybody, and waits as it does; returns how long that took, in seconds. */
async function importAll({ url, token }: ServeProcess): Promise<number> {
  const ids = emulator.subscribers(PLACE).map((subscriber) => subscriber.originalTransactionId);
  await writeFile(join(directory, "ids.txt"), `${ids.join("\n")}\n`);
  const beganAt = performance.now();
  const place = ["--app", PLACE.app, "--environment", PLACE.environment];
  const { code, err } = await runBinary(["subscribers", "import", "ids.txt", ...place], {
    cwd: directory,
    env: { HOLDFAST_SERVER: url, HOLDFAST_TOKEN: token },
  });
  if (code !== 0) throw new Error(`the import failed: ${err}`);
  return (performance.now() - beganAt) / 1000;
}

function summarise(metrics: LookupMetrics): Measured {
  const { endings } = metrics;
  const asked = Object.values(endings).reduce((sum, count) => sum + count, 0);
  return {
    asked,
    known: (endings["found"] ?? 0) / asked,
    endings,
    lookupMs: { p50: latencyOf(metrics, 0.5), p99: latencyOf(metrics, 0.99) },
  };
}

function render({ asked, known, endings, lookupMs: { p50, p99 } }: Measured): string {
  const counts = Object.entries(endings).map(([ending, count]) => `${ending} ${count}`);
  return `known for ${(100 * known).toFixed(1)} % of ${asked} (${counts.join(", ")}); lookups p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(1)} ms`;
}

function tell(line: string): void {
  if (!values.json) process.stdout.write(`${line}\n`);
}
