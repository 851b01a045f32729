import { routes } from "@holdfast/api";
import { readApp } from "../apps/index.ts";
import { implement } from "../http/index.ts";
import type { Feature } from "../http/index.ts";
import type { Database } from "../storage/index.ts";
import type { ExportDestination } from "./export-destination.ts";
import { readWrittenDays } from "./written-days.ts";

/** What the operation on exports needs. */
export interface ExportsFeatureOptions {
  readonly database: Database;
  /** Undefined where nothing is exported. */
  readonly destination: ExportDestination | undefined;
}

/** The most days of one answer. */
const MAX_DAYS = 400;

/** Returns the operation that lists exported days. */
export function createExportsFeature({ database, destination }: ExportsFeatureOptions): Feature {
  const { queries } = database;
  return {
    operations: [
      implement(routes.listDecisionExports, async ({ params }) => {
        await readApp(queries, params.app);
        const items = await readWrittenDays(queries, params, MAX_DAYS);
        return { body: { ...describe(destination), items: [...items] } };
      }),
    ],
  };
}

function describe(destination: ExportDestination | undefined) {
  if (destination === undefined) return {};
  const { bucket, prefix, format } = destination;
  return { destination: `s3://${bucket}/${prefix}`, format };
}
