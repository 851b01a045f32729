import { ApiRefusal } from "@holdfast/api/server";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Selectable } from "kysely";
import type { AppScope } from "../access/tables.ts";
import { coversApp } from "../http/index.ts";
import type { JobKind } from "../jobs/index.ts";
import { listApps } from "../apps/index.ts";
import { fromJsonText, insertNew, toJsonText } from "../storage/index.ts";
import type { Database, Queries, Transaction } from "../storage/index.ts";
import { addAnswers, HOUR_MS, mergeCounts } from "./answer-hours.ts";
import type { RuntimesTable, Served } from "./tables.ts";

/** A runtime as it last reported. */
export interface ReportedRuntime {
  readonly id: string;
  readonly host: "node" | "workers";
  /** Its release of Holdfast. */
  readonly release: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly serves: readonly Served[];
  readonly reportedAt: number;
}

/** After so many ms without a report a runtime is taken for gone. */
const GONE_AFTER_MS = 10 * 60_000;

/** After so many ms without a report a runtime is forgotten. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

/** How long hourly totals of answers are kept, ms. */
const HOURS_KEPT_MS = 35 * 24 * HOUR_MS;

/** A report, and the token it came with. */
export interface RuntimeReport extends ReportedRuntime {
  readonly token: string;
  /** It is the last one. */
  readonly isStopping?: boolean | undefined;
}

/**
 * Keeps what a runtime reports, in place of what it reported before, and adds what it has answered since to
 * the hourly totals. A runtime that stops is forgotten.
 *
 * @throws ApiRefusal `FORBIDDEN` when the runtime reports with another token: nobody speaks for it
 */
export async function keepReport(transaction: Transaction, report: RuntimeReport): Promise<void> {
  const { queries } = transaction;
  const { id, host, release, startedAt, reportedAt } = report;
  const before = await lockRuntime(transaction, report);
  const isSameRun = before?.startedAt === startedAt;
  const serves = report.serves.map((served) => {
    const known = isSameRun ? before.serves.find((other) => isSamePlace(other, served)) : undefined;
    const answers = mergeCounts(known?.answers, served.answers);
    return answers === undefined ? served : { ...served, answers };
  });
  // What it counted before it was forgotten may be in the totals already.
  const wasForgotten = before === undefined && startedAt < reportedAt - FORGOTTEN_AFTER_MS;
  if (!wasForgotten) {
    await addAnswers(queries, {
      before: isSameRun ? before.serves : undefined,
      after: await ofKnownApps(queries, serves),
      now: reportedAt,
    });
  }
  if (report.isStopping === true) {
    await queries.deleteFrom("runtimes").where("id", "=", id).execute();
    return;
  }
  await queries
    .updateTable("runtimes")
    .set({
      host,
      release,
      started_at: startedAt,
      serves: toJsonText(serves),
      reported_at: reportedAt,
    })
    .where("id", "=", id)
    .execute();
}

/** Returns what a runtime reported before, and holds its row until the transaction ends. */
async function lockRuntime(
  transaction: Transaction,
  { id, token, host, release, startedAt, reportedAt }: RuntimeReport,
): Promise<Pick<ReportedRuntime, "startedAt" | "serves"> | undefined> {
  const times = { started_at: startedAt, reported_at: reportedAt };
  const row = { id, token, host, release, ...times, serves: toJsonText<readonly Served[]>([]) };
  const added = await insertNew(transaction, { table: "runtimes", rows: [row], keys: ["id"] });
  if (added.length > 0) return undefined;
  const before = await transaction.queries
    .updateTable("runtimes")
    .set({ token })
    .where("id", "=", id)
    .where("token", "=", token)
    .returning(["started_at", "serves"])
    .executeTakeFirst();
  if (before !== undefined) {
    return { startedAt: before.started_at, serves: fromJsonText(before.serves) };
  }
  throw new ApiRefusal("FORBIDDEN", `the runtime ${id} reports with another token`, {
    advice: "give every runtime an id of its own",
  });
}

/** A runtime may be configured for an app that was deleted here. */
async function ofKnownApps(
  queries: Queries,
  serves: readonly Served[],
): Promise<readonly Served[]> {
  const apps = [...new Set(serves.map(({ app }) => app))];
  const known = await listApps(queries, { apps, limit: Math.max(1, apps.length) });
  const ids = new Set(known.map(({ id }) => id));
  return serves.filter(({ app }) => ids.has(app));
}

function isSamePlace(one: Served, other: Served): boolean {
  return one.app === other.app && one.environment === other.environment;
}

/** Which runtimes to list. */
export interface ListRuntimesOptions {
  /** The apps that may be seen. */
  readonly apps: AppScope;
  readonly app?: string | undefined;
  readonly environment?: FlowEnvironment | undefined;
  /** Only those whose id sorts after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Rows read at once. */
const PAGE_ROWS = 500;

/** Returns the runtimes that still report, by id, each with what of it may be seen. */
export async function listRuntimes(
  queries: Queries,
  options: ListRuntimesOptions,
): Promise<readonly ReportedRuntime[]> {
  const found: ReportedRuntime[] = [];
  let { after = "" } = options;
  for (;;) {
    const rows = await queries
      .selectFrom("runtimes")
      .selectAll()
      .where("id", ">", after)
      .where("reported_at", ">=", options.now - GONE_AFTER_MS)
      .orderBy("id")
      .limit(PAGE_ROWS)
      .execute();
    // Filtered here: what a runtime serves is JSON, which the two engines query differently.
    found.push(...rows.flatMap((row) => visiblePart(row, options)));
    if (found.length >= options.limit || rows.length < PAGE_ROWS) {
      return found.slice(0, options.limit);
    }
    after = rows.at(-1)?.id ?? after;
  }
}

function visiblePart(
  row: Selectable<RuntimesTable>,
  { apps, app, environment }: Pick<ListRuntimesOptions, "apps" | "app" | "environment">,
): readonly ReportedRuntime[] {
  const serves = fromJsonText(row.serves).filter(
    (served) =>
      coversApp({ apps }, served.app) &&
      (app === undefined || served.app === app) &&
      (environment === undefined || served.environment === environment),
  );
  if (serves.length === 0) return [];
  const { id, host, release, started_at: startedAt, reported_at: reportedAt } = row;
  return [{ id, host, release, startedAt, serves, reportedAt }];
}

/** Returns the runtimes that were taken for gone and did not say that they stop, by id. */
export async function listLostRuntimes(
  queries: Queries,
  now: number,
): Promise<readonly ReportedRuntime[]> {
  const rows = await queries
    .selectFrom("runtimes")
    .selectAll()
    .where("reported_at", "<", now - GONE_AFTER_MS)
    .orderBy("id")
    .limit(PAGE_ROWS)
    .execute();
  return rows.flatMap((row) => visiblePart(row, { apps: "all" }));
}

/**
 * Returns the job that forgets runtimes that are long gone, and totals of answers that are 35 days old,
 * every hour.
 */
export function forgetRuntimesJob({
  database: { queries },
  now,
}: {
  readonly database: Database;
  readonly now: () => number;
}): JobKind {
  return {
    name: "distribution.forget-runtimes",
    everyMs: HOUR_MS,
    async run({ signal }) {
      const at = now();
      await queries
        .deleteFrom("runtimes")
        .where("reported_at", "<", at - FORGOTTEN_AFTER_MS)
        .execute();
      signal.throwIfAborted();
      await queries
        .deleteFrom("answer_hours")
        .where("hour", "<", at - HOURS_KEPT_MS)
        .execute();
    },
  };
}
