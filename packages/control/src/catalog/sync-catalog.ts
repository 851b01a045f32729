import { readCatalog } from "@holdfast/appstore/connect-api";
import type { ConnectCatalog } from "@holdfast/appstore/connect-api";
import { CodedError, PolicyError, UpstreamError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { findApp, readApp } from "../apps/index.ts";
import type { App } from "../apps/index.ts";
import type { AppleClients, PacedConnectClient } from "../keys/index.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Database, Queries } from "../storage/index.ts";
import { findProblems } from "./find-problems.ts";
import type { CatalogReference } from "./find-problems.ts";
import { normaliseCatalog } from "./normalise-catalog.ts";
import { readStoredCatalog } from "./read-catalog.ts";
import { createResumableClient } from "./resumable-client.ts";
import { writeProblems } from "./stored-problems.ts";
import { beginSync, failSync, forgetSteps, succeedSync } from "./sync-state.ts";
import type { SyncProblem } from "./sync-state.ts";
import { writeCatalog } from "./write-catalog.ts";

/** What syncs need. */
export interface SyncOptions {
  readonly database: Database;
  readonly clients: AppleClients;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** What is live names these products and offers; default none. */
  readonly liveReferences?: (queries: Queries, app: string) => Promise<readonly CatalogReference[]>;
  /** Called at each point where the process may die; tests kill it there. */
  readonly onPoint?: (point: string) => void;
}

/** Of its key's calls in an hour a sync leaves this share to others who use the key. */
const RESERVED_SHARE = 0.05;

/**
 * Reads what App Store Connect has of an app and writes it in one transaction, with `catalog` announced
 * where anything changed. Until then, and where it fails, the last catalog stays. What was read is kept list
 * by list: killed anywhere, the next run asks only for the rest.
 *
 * @throws what went wrong, after it was written down, where trying again later can help; and AppleApiError
 *   `REQUEST_ABORTED` where the signal ended it. What only people can mend is written down alone.
 */
export async function syncCatalog(
  app: string,
  options: SyncOptions,
  signal: AbortSignal,
): Promise<void> {
  const { database, now = Date.now, onPoint = () => undefined } = options;
  onPoint("begin");
  // Deleted since the job was enqueued.
  if ((await findApp(database.queries, app)) === undefined) return;
  const startedAt = await beginSync(database.queries, app, now());
  onPoint("begun");
  try {
    const described = await readApp(database.queries, app);
    const paced = await options.clients.connect(described);
    const catalog = await readResumably(described, paced, { options, startedAt, signal });
    onPoint("read");
    await writeAll(described, catalog, { options, startedAt });
    onPoint("written");
  } catch (error) {
    if (signal.aborted) throw error;
    onPoint("failed");
    await failSync(database.queries, { app, startedAt, now: now() }, problemOf(error));
    if (isPassing(error)) throw error;
    await forgetSteps(database.queries, { app, startedAt });
  }
}

interface ReadContext {
  readonly options: SyncOptions;
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

async function readResumably(
  { id: app, bundleId }: App,
  { client, rateLimit }: PacedConnectClient,
  { options, startedAt, signal }: ReadContext,
): Promise<ConnectCatalog> {
  const { queries } = options.database;
  const { onPoint = () => undefined } = options;
  const resumable = createResumableClient(client, {
    async recall(step) {
      const row = await queries
        .selectFrom("catalog_sync_steps")
        .select("result")
        .where("app", "=", app)
        .where("step", "=", step)
        .executeTakeFirst();
      return row && fromJsonText(row.result);
    },
    async keep(step, result) {
      onPoint(`asked: ${step}`);
      const row = { app, step, sync_started_at: startedAt, result: toJsonText(result) };
      await queries
        .insertInto("catalog_sync_steps")
        .values(row)
        .onConflict((conflict) => conflict.columns(["app", "step"]).doUpdateSet(row))
        .execute();
      onPoint(`kept: ${step}`);
    },
    beforeCall() {
      const { remaining, limitPerHour } = rateLimit() ?? { remaining: 1, limitPerHour: 1 };
      if (remaining >= limitPerHour * RESERVED_SHARE) return Promise.resolve();
      const message = `the App Store Connect key has ${remaining} of ${limitPerHour} calls an hour left; the sync goes on when there are more`;
      return Promise.reject(new UpstreamError("CALLS_RUN_OUT", message));
    },
  });
  return normaliseCatalog(await readCatalog(resumable, bundleId, { signal }));
}

async function writeAll(
  app: App,
  catalog: ConnectCatalog,
  { options, startedAt }: Pick<ReadContext, "options" | "startedAt">,
): Promise<void> {
  const { database, now = Date.now, liveReferences = () => Promise.resolve([]) } = options;
  await database.transaction(async ({ queries, announce }) => {
    const at = now();
    const place = { app: app.id, startedAt, now: at };
    if (!(await succeedSync(queries, place))) {
      throw new PolicyError("SYNC_SUPERSEDED", `${app.id}: another sync began meanwhile`);
    }
    const before = await readStoredCatalog(queries, app.id);
    const references = await liveReferences(queries, app.id);
    const problems = findProblems(catalog, { app, before, references, now: at });
    if (await writeCatalog(queries, catalog, { app: app.id, now: at })) {
      announce({ topic: "catalog", app: app.id });
    }
    await writeProblems(queries, problems, { app: app.id, now: at });
    options.onPoint?.("before commit");
  });
}

/** Messages of our own errors are made to be shown; of others only the class is known to be harmless. */
function problemOf(error: unknown): SyncProblem {
  if (error instanceof CodedError) return { code: String(error.code), message: error.message };
  return { code: "INTERNAL", message: "something failed that should not; see the server's log" };
}

function isPassing(error: unknown): boolean {
  if (error instanceof AppleApiError) return error.retryable;
  return !(error instanceof CodedError) || error instanceof UpstreamError;
}
