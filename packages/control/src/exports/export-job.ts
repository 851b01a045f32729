import type { JobKind } from "../jobs/index.ts";
import type { Database } from "../storage/index.ts";
import { readDueDays } from "./due-days.ts";
import { exportDay } from "./export-day.ts";
import type { ExportMeans } from "./export-day.ts";
import type { ExportDestination } from "./export-destination.ts";
import type { ObjectStore } from "./object-store.ts";
import { beginDay, endDay } from "./written-days.ts";

/** What the job needs. */
export interface ExportJobOptions extends Pick<ExportMeans, "fileRows" | "pageRows"> {
  readonly database: Database;
  readonly destination: ExportDestination;
  /** Opens the object store; called once for each run that has something to write. */
  readonly openStore: (destination: ExportDestination) => Promise<ObjectStore>;
  /** How long decisions are kept, ms. */
  readonly keptMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How often is looked whether a day is due, ms. */
const EVERY_MS = 15 * 60_000;

/** How long after its end a day is written first, ms: what was decided in it has come by then. */
const SETTLES_MS = 2 * 3_600_000;

/**
 * Returns the job that writes whole days of decisions to an object store: two hours after a day's end, and again
 * when decisions of it came later or were erased. A day is written down as done after all of its files are there,
 * so a run that died is done again.
 */
export function exportJob(options: ExportJobOptions): JobKind {
  const { database, destination, openStore, keptMs, now, fileRows, pageRows } = options;
  const { queries } = database;
  return {
    name: "decisions.export",
    everyMs: EVERY_MS,
    async run({ signal }) {
      const [keptSince, settledBefore] = [now() - keptMs, now() - SETTLES_MS];
      const due = await readDueDays(queries, { keptSince, settledBefore });
      if (due.length === 0) return;
      const store = await openStore(destination);
      const means = { queries, store, destination, fileRows, pageRows };
      for (const day of due) {
        const begun = await beginDay(database, day);
        const written = await exportDay(means, day, { ...begun, signal });
        await endDay(database, day, { begun, written, at: now() });
      }
    },
  };
}
