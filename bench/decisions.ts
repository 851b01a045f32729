/**
 * How many decisions a second control takes in: read, told from repeats, stored and counted, without and with
 * what listens to them; and how large the table is.
 *
 *   npm run bench:decisions                               both engines, 200,000 rows there before
 *   npm run bench:decisions -- --rows 5000000             with more rows there before
 *   npm run bench:decisions -- --engine sqlite            one engine alone
 *   npm run bench:decisions -- --batch 500 --count 50000  other batches, fewer decisions
 *   npm run bench:decisions -- --returning 0.5            half of them of subscriptions that had one before
 *   npm run bench:decisions -- --directory /data          where SQLite's file is made; default a temporary one
 *
 * PostgreSQL is looked for at HOLDFAST_BENCH_DATABASE_URL, or on this machine; a database is made there and
 * dropped.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ingestDecisions, keptMsOf } from "@holdfast/control/decisions";
import type { DecisionStream } from "@holdfast/control/decisions";
import { openDatabase } from "@holdfast/control/storage";
import type { Database, DatabaseOptions } from "@holdfast/control/storage";
import { createSubscriptionStreams } from "../packages/control/src/control/subscription-streams.ts";
import { openTestPublishing } from "../packages/control/src/publishing/testing/test-publishing.ts";
import { createSubscriptionIds } from "../packages/control/src/subscribers/index.ts";
import { prefillPostgres, prefillSqlite, runOn } from "./decision-prefill.ts";
import { decisionRecord } from "./decision-records.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "sqlite,postgres" },
    rows: { type: "string", default: "200000" },
    batch: { type: "string", default: "1000" },
    returning: { type: "string", default: "0" },
    count: { type: "string", default: "100000" },
    directory: { type: "string", default: tmpdir() },
  },
});
const [rows, batch, count] = [Number(values.rows), Number(values.batch), Number(values.count)];

/** Of the decisions, so many are of subscriptions that had one before. */
const RETURNING = Number(values.returning);

/** Of each batch, these come from batches before. */
const REPEATED = 0.05;

/** Senders at a time: SQLite has one writer, PostgreSQL as many as come. */
const SENDERS = { sqlite: 1, postgres: 3 } as const;

const NOBODY: DecisionStream = { takeDecisions: () => Promise.resolve() };

tell(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`);
tell(`${rows} rows before; ${count} decisions in batches of ${batch}, 5 % of them repeats`);
if (values.engine.includes("sqlite")) await benchSqlite();
if (values.engine.includes("postgres")) await benchPostgres();

async function benchSqlite(): Promise<void> {
  const directory = await mkdtemp(join(values.directory, "holdfast-bench-"));
  try {
    const place: DatabaseOptions = { engine: "sqlite", directory };
    await (await openDatabase(place)).close();
    prefillSqlite(join(directory, "holdfast.db"), rows);
    tell(`\nSQLite, ${await sizeOf(directory)} on disk`);
    await bench(place, SENDERS.sqlite);
    tell(`  ${await sizeOf(directory)} on disk afterwards`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function benchPostgres(): Promise<void> {
  const server =
    process.env["HOLDFAST_BENCH_DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";
  const name = `holdfast_bench_${randomUUID().replaceAll("-", "")}`;
  await runOn(server, `create database ${name}`);
  const { href: url } = Object.assign(new URL(server), { pathname: `/${name}` });
  try {
    const place: DatabaseOptions = { engine: "postgres", url };
    await (await openDatabase(place)).close();
    await prefillPostgres(url, rows);
    const [size] = await runOn(url, `select pg_size_pretty(pg_database_size('${name}')) as size`);
    tell(`\nPostgreSQL, ${String(size?.["size"])} on disk`);
    await bench(place, SENDERS.postgres, () => backendsCpuMs(url));
  } finally {
    await runOn(server, `drop database ${name} with (force)`);
  }
}

async function bench(
  place: DatabaseOptions,
  senders: number,
  serverCpuMs?: () => Promise<number | undefined>,
): Promise<void> {
  const database = await openDatabase(place);
  try {
    const { keyring } = await openTestPublishing(database);
    const idsOf = createSubscriptionIds({ queries: database.queries, keyring });
    const everybody = createSubscriptionStreams({ now: Date.now, idsOf });
    const means = { database, senders, serverCpuMs };
    await measure("nobody listens", { ...means, streams: NOBODY });
    await measure("everything listens", { ...means, streams: everybody });
  } finally {
    await database.close();
  }
}

interface Measured {
  readonly database: Database;
  readonly streams: DecisionStream;
  readonly senders: number;
  /** How much of the processor the server's connections used; undefined where that cannot be told. */
  readonly serverCpuMs?: (() => Promise<number | undefined>) | undefined;
}

async function measure(
  what: string,
  { database, streams, senders, serverCpuMs }: Measured,
): Promise<void> {
  const bodies = makeBodies();
  const longest: number[] = [];
  const serverBefore = await serverCpuMs?.();
  const { user, system } = process.cpuUsage();
  const started = performance.now();
  let taken = 0;
  const send = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const at = performance.now();
      // As the operation's body is read.
      const decisions = JSON.parse(body) as readonly unknown[];
      const means = { database, streams, keptMs: keptMsOf() };
      const ended = await ingestDecisions(means, { decisions, apps: "all", now: Date.now() });
      taken += ended.new + ended.repeated;
      longest.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  const elapsedMs = performance.now() - started;
  const used = process.cpuUsage({ user, system });
  const cpuMs = (used.user + used.system) / 1000;
  const serverAfter = await serverCpuMs?.();
  const server =
    serverBefore === undefined || serverAfter === undefined
      ? ""
      : `, ${Math.round(((serverAfter - serverBefore) / taken) * 1000)} µs of the server's`;
  longest.sort((one, other) => one - other);
  const [middle, slowest] = [longest[Math.floor(longest.length / 2)] ?? 0, longest.at(-1) ?? 0];
  tell(
    `  ${what}: ${Math.round((taken / elapsedMs) * 1000)} decisions/s; a batch takes ${Math.round(middle)} ms in the middle, ${Math.round(slowest)} ms at most; ${Math.round((cpuMs / taken) * 1000)} µs of this process each${server}`,
  );
}

/** The server's connections must last from one look to the next, as the pool's do under load. */
async function backendsCpuMs(url: string): Promise<number | undefined> {
  const backends = await runOn(
    url,
    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  const used = await Promise.all(backends.map(({ pid }) => cpuMsOf(Number(pid))));
  const known = used.filter((ms) => ms !== undefined);
  return known.length === used.length ? known.reduce((sum, ms) => sum + ms, 0) : undefined;
}

/** As Linux tells it, in hundredths of a second; undefined where the process is of another machine. */
async function cpuMsOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text?.includes("(postgres)") !== true) return undefined;
  const [, user = 0, system = 0] = /\) (?:\S+ ){11}(\d+) (\d+)/.exec(text)?.map(Number) ?? [];
  return (user + system) * 10;
}

function makeBodies(): string[] {
  const now = Date.now();
  const earlier: string[] = [];
  const seen: string[] = [];
  return Array.from({ length: Math.ceil(count / batch) }, (_, round) => {
    const texts = Array.from({ length: batch }, (__, index) => {
      const isRepeat = earlier.length > 0 && index < batch * REPEATED;
      const old = isRepeat ? earlier[Math.floor(Math.random() * earlier.length)] : undefined;
      if (old !== undefined) return old;
      const record = decisionRecord(round * batch + index, now - index);
      const isReturning = seen.length > 0 && Math.random() < RETURNING;
      const known = isReturning ? seen[Math.floor(Math.random() * seen.length)] : undefined;
      const pseudonym = known ?? record.subject.pseudonym;
      if (known === undefined && RETURNING > 0) seen.push(pseudonym);
      return JSON.stringify({ ...record, subject: { ...record.subject, pseudonym } });
    });
    earlier.push(...texts.slice(-50));
    return `[${texts.join(",")}]`;
  }).reverse();
}

async function sizeOf(directory: string): Promise<string> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name))),
  );
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
