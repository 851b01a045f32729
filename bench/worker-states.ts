/**
 * How many subscribers' states a second control writes to a Workers namespace, through the client of Cloudflare's
 * API to a double of it on this machine: all that were there when the namespace was connected, and then all
 * of them again, because each was answered something.
 *
 *   npm run bench:states                            SQLite, 100,000 subscribers
 *   npm run bench:states -- --count 500000          more of them
 *   npm run bench:states -- --engine postgres       on PostgreSQL
 *
 * PostgreSQL is looked for at HOLDFAST_BENCH_DATABASE_URL, or on this machine; a database is made there and
 * dropped.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "@holdfast/control/storage";
import type { Database, DatabaseOptions } from "@holdfast/control/storage";
import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { createKvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { createSubscriptionStreams } from "../packages/control/src/control/subscription-streams.ts";
import { BEGUN_AT, newsOf } from "../packages/control/src/subscribers/testing/arbitrary-news.ts";
import { testDecision } from "../packages/control/src/subscribers/testing/test-decision.ts";
import { TEST_IDS } from "../packages/control/src/subscribers/testing/test-ids.ts";
import {
  openWorld,
  prepareWorld,
  WORLD_PLACE,
} from "../packages/control/src/workers/states/testing/states-world.ts";
import { runOn } from "./decision-prefill.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "sqlite" },
    count: { type: "string", default: "100000" },
  },
});
const count = Number(values.count);

const DAY_MS = 86_400_000;

/** Subscribers of one transaction. */
const BATCH = 1000;

tell(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`);
if (values.engine === "sqlite") await benchSqlite();
else await benchPostgres();

async function benchSqlite(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
  try {
    await bench({ engine: "sqlite", directory });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function benchPostgres(): Promise<void> {
  const server =
    process.env["HOLDFAST_BENCH_DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";
  const name = `holdfast_bench_${randomUUID().replaceAll("-", "")}`;
  await runOn(server, `create database ${name}`);
  try {
    await bench({
      engine: "postgres",
      url: Object.assign(new URL(server), { pathname: `/${name}` }).href,
    });
  } finally {
    await runOn(server, `drop database ${name} with (force)`);
  }
}

async function bench(place: DatabaseOptions): Promise<void> {
  const database = await openDatabase(place);
  const cloudflare = await startCloudflare();
  try {
    await measure(database, cloudflare);
  } finally {
    await cloudflare.close();
    await database.close();
  }
}

async function measure(database: Database, cloudflare: LocalCloudflare): Promise<void> {
  await prepareWorld(database);
  // Disconnected while they are made: a server that gets Workers later.
  const { queries } = database;
  const target = await queries.selectFrom("workers_targets").selectAll().executeTakeFirstOrThrow();
  await queries.deleteFrom("workers_targets").execute();
  await eachBatch((indexes) => announce(database, indexes));
  await queries.insertInto("workers_targets").values(target).execute();
  const { accountId, apiToken, apiUrl } = cloudflare;
  const namespaceId = cloudflare.addNamespace("bench");
  const client = createKvNamespaceClient({ accountId, namespaceId, apiToken, apiUrl });
  const clock = { now: BEGUN_AT };
  const world = openWorld(database, clock);
  tell(`${database.engine}, ${count} subscribers`);
  const filled = await timed(async () => {
    await world.run(client);
    // PostgreSQL waits until nothing is under way that did not know of the namespace.
    clock.now += 5 * 60_000;
    await world.run(client);
  });
  if (cloudflare.keys(namespaceId).length !== count) throw new Error("expected all to be written");
  report("written on connecting", filled);
  const marking = await timed(() => eachBatch((indexes) => decide(database, indexes)));
  report("answered and marked", marking);
  const calls = cloudflare.requests.length;
  report("written after that", await timed(() => world.run(client)));
  tell(`  in ${cloudflare.requests.length - calls} calls; ${memory()} MB resident`);
}

async function eachBatch(act: (indexes: readonly number[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const length = Math.min(BATCH, count - from);
    await act(Array.from({ length }, (_, index) => from + index));
  }
}

function streamsAt(now: number) {
  return createSubscriptionStreams({ now: () => now, idsOf: () => Promise.resolve(TEST_IDS) });
}

/** Has Apple tell of subscriptions. */
async function announce(database: Database, indexes: readonly number[]): Promise<void> {
  const news = indexes.map((index) => {
    const id = `9${index}`;
    const transaction = {
      transactionId: id,
      originalTransactionId: id,
      productId: "plain.monthly",
      purchaseDate: BEGUN_AT,
      expiresDate: BEGUN_AT + 30 * DAY_MS,
      price: 9990,
      currency: "USD",
      storefront: "USA",
    };
    return newsOf(id, { signedDate: BEGUN_AT, transaction });
  });
  await database.transaction((transaction) =>
    streamsAt(BEGUN_AT).takeNews(transaction, WORLD_PLACE, news),
  );
}

/** Answers subscriptions something. */
async function decide(database: Database, indexes: readonly number[]): Promise<void> {
  const requestedAt = BEGUN_AT + DAY_MS;
  const decisions = indexes.map((index) =>
    testDecision(TEST_IDS.pseudonymOf(`9${index}`), { requestedAt }),
  );
  await database.transaction((transaction) =>
    streamsAt(requestedAt).takeDecisions(transaction, WORLD_PLACE, decisions),
  );
}

async function timed(act: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

function report(what: string, ms: number): void {
  const perSecond = Math.round((count / ms) * 1000);
  tell(`  ${what}: ${perSecond.toLocaleString("en")}/s (${(ms / 1000).toFixed(1)} s)`);
}

function memory(): number {
  return Math.round(process.memoryUsage().rss / 1024 / 1024);
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
