import { ApiRefusal } from "@holdfast/api/server";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Selectable } from "kysely";
import type { AppScope } from "../access/tables.ts";
import { coversApp } from "../http/index.ts";
import type { JobKind } from "../jobs/index.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Database, Queries } from "../storage/index.ts";
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

/** A report, and the token it came with. */
export interface RuntimeReport extends ReportedRuntime {
  readonly token: string;
}

/**
 * Keeps what a runtime reports, in place of what it reported before.
 *
 * @throws ApiRefusal `FORBIDDEN` when the runtime reports with another token: nobody speaks for it
 */
export async function keepReport(queries: Queries, report: RuntimeReport): Promise<void> {
  const { id, token, host, release, startedAt, serves, reportedAt } = report;
  const row = {
    id,
    token,
    host,
    release,
    started_at: startedAt,
    serves: toJsonText(serves),
    reported_at: reportedAt,
  };
  const { numInsertedOrUpdatedRows = 0n } = await queries
    .insertInto("runtimes")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet(row).where("runtimes.token", "=", token),
    )
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows > 0n) return;
  throw new ApiRefusal("FORBIDDEN", `the runtime ${id} reports with another token`, {
    advice: "give every runtime an id of its own",
  });
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
  { apps, app, environment }: ListRuntimesOptions,
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

/** Returns the job that forgets runtimes that are long gone, every hour. */
export function forgetRuntimesJob({
  database,
  now,
}: {
  readonly database: Database;
  readonly now: () => number;
}): JobKind {
  return {
    name: "distribution.forget-runtimes",
    everyMs: 60 * 60_000,
    async run() {
      await database.queries
        .deleteFrom("runtimes")
        .where("reported_at", "<", now() - FORGOTTEN_AFTER_MS)
        .execute();
    },
  };
}
