import { routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { implement } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import { listRecurringJobs } from "../jobs/index.ts";
import type { Database, Queries } from "../storage/index.ts";
import { readWarnings } from "./warnings.ts";

/** What the operations on health need. */
export interface HealthFeatureOptions {
  readonly database: Pick<Database, "engine" | "queries">;
  /** The release of Holdfast, like `1.2.3`. */
  readonly release: string;
  /** When this process started, ms since 1970. */
  readonly startedAt: number;
  /** How long the database may take to show that it works, ms; default 2,000. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 2000;

/** Seconds after which who asked may ask again. */
const RETRY_AFTER_SECONDS = 5;

/** The most jobs that are shown, as the API describes them. */
const MAX_JOBS = 100;

/** Returns the operations that tell how the control plane is. */
export function createHealthFeature(options: HealthFeatureOptions): Feature {
  return { operations: [health(options), status(options)] };
}

function health({ database, patienceMs }: HealthFeatureOptions): Implementation {
  return implement(routes.readHealth, async () => {
    await requireStore(database.queries, patienceMs ?? PATIENCE_MS);
    return { body: { isOk: true } };
  });
}

function status(options: HealthFeatureOptions): Implementation {
  const { database, release, startedAt } = options;
  return implement(routes.readStatus, async (_input, { now }) => {
    const jobs = await listRecurringJobs(database.queries, now);
    return {
      body: {
        release,
        startedAt,
        store: database.engine,
        jobs: jobs.slice(0, MAX_JOBS),
        warnings: [...(await readWarnings(database.queries, jobs, now))],
      },
    };
  });
}

/**
 * Reads one row, within bounds: whoever asks for health must not wait for a database that hangs.
 *
 * @throws ApiRefusal `UNAVAILABLE`, whatever the reason
 */
async function requireStore(queries: Queries, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("late")), patienceMs);
  });
  try {
    const read = queries.selectFrom("change_feed").select("id").limit(1).execute();
    await Promise.race([read, late]);
  } catch (cause) {
    throw new ApiRefusal("UNAVAILABLE", "the database does not answer, or not in time", {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
