import { listApps } from "../apps/index.ts";
import type { App } from "../apps/index.ts";
import { HOUR_MS, readAnswerHours } from "../distribution/answer-hours.ts";
import { listLostRuntimes, listRuntimes } from "../distribution/runtimes.ts";
import type { ReportedRuntime } from "../distribution/runtimes.ts";
import type { JobKind } from "../jobs/index.ts";
import { readStopList } from "../publishing/stop-lists.ts";
import type { Database, IdSource, Queries } from "../storage/index.ts";
import { keepConditions } from "./conditions.ts";
import type { FoundCondition } from "./conditions.ts";
import { findSilence } from "./find/apple-silent.ts";
import type { SilenceLimits } from "./find/apple-silent.ts";
import { findAppleProblems } from "./find/apple-problems.ts";
import { findExpiringCertificates } from "./find/expiring-certificates.ts";
import { findFailingForwards } from "./find/failing-forwards.ts";
import { findFailingWorkers } from "./find/failing-workers.ts";
import { findFallbackRate } from "./find/fallback-rate.ts";
import type { FallbackLimits } from "./find/fallback-rate.ts";
import { findFailingFixtures } from "./find/failing-fixtures.ts";
import { findLostRuntimes } from "./find/lost-runtimes.ts";
import { findPausedStatuses } from "./find/paused-statuses.ts";

/** What looking for conditions needs. */
export interface ConditionsJobOptions {
  readonly database: Database;
  readonly ids: IdSource;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** Default: a tenth of at least 50 answers. */
  readonly fallback?: FallbackLimits;
  /** Default: three times the longest gap of a week with 20 requests, and 3 hours at least. */
  readonly silence?: SilenceLimits;
}

/** How often it is looked, ms. */
const LOOK_EVERY_MS = 60_000;

/** What is judged of answers lies within these days before now. */
const HISTORY_MS = 30 * 24 * HOUR_MS;

/** Rows read at once. */
const PAGE = 200;

/**
 * Returns the job that looks for what is wrong with any app: too many fallbacks, Apple gone silent, runtimes
 * lost, keys refused, syncs that fail, certificates that end. What begins is announced.
 */
export function conditionsJob(options: ConditionsJobOptions): JobKind {
  const { database, ids, now = Date.now } = options;
  return {
    name: "health.conditions",
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      const at = now();
      const runtimes = await readRuntimes(database.queries, at);
      const found: FoundCondition[] = [];
      for (const app of await allApps(database.queries)) {
        signal.throwIfAborted();
        found.push(...(await findOfApp(app, { options, runtimes, at })));
      }
      await database.transaction((transaction) =>
        keepConditions(transaction, found, { ids, now: at }),
      );
    },
  };
}

interface Runtimes {
  readonly lost: readonly ReportedRuntime[];
  readonly reporting: readonly ReportedRuntime[];
}

interface Look {
  readonly options: ConditionsJobOptions;
  readonly runtimes: Runtimes;
  readonly at: number;
}

async function findOfApp(app: App, look: Look): Promise<readonly FoundCondition[]> {
  const { options, runtimes, at } = look;
  return [
    ...(await findOfAnswers(app, look)),
    ...findLostRuntimes(app.id, runtimes.lost),
    ...findExpiringCertificates(app, at),
    ...(await findAppleProblems(options.database.queries, app, at)),
    ...(await findFailingFixtures(options.database.queries, app)),
    ...(await findFailingForwards(options.database.queries, app, at)),
    ...(await findPausedStatuses(options.database.queries, app, at)),
    ...(await findFailingWorkers(options.database.queries, app, at)),
  ];
}

async function findOfAnswers(app: App, look: Look): Promise<readonly FoundCondition[]> {
  const { options, runtimes, at: now } = look;
  const { queries } = options.database;
  const found: FoundCondition[] = [];
  for (const environment of ["sandbox", "production"] as const) {
    if (app.environments[environment] === undefined) continue;
    const place = { app: app.id, environment };
    const hours = await readAnswerHours(queries, place, now - HISTORY_MS);
    const stops = await readStopList(queries, place);
    const isPaused = stops?.appPaused === true || stops?.offersPaused === true;
    const isHeard = runtimes.reporting.some(({ serves }) =>
      serves.some(
        (served) =>
          served.app === app.id &&
          served.environment === environment &&
          served.answers !== undefined,
      ),
    );
    found.push(
      ...findFallbackRate({ place, hours, isPaused, now }, options.fallback),
      ...findSilence({ place, hours, isHeard, now }, options.silence),
    );
  }
  return found;
}

async function readRuntimes(queries: Queries, now: number): Promise<Runtimes> {
  return {
    lost: await listLostRuntimes(queries, now),
    reporting: await listRuntimes(queries, { apps: "all", limit: Number.MAX_SAFE_INTEGER, now }),
  };
}

async function allApps(queries: Queries): Promise<readonly App[]> {
  const found: App[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = await listApps(queries, { apps: "all", after, limit: PAGE });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}
