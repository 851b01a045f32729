import { routes } from "@holdfast/api";
import { readServedApp } from "../catalog/index.ts";
import { implement } from "../http/index.ts";
import type { Feature } from "../http/index.ts";
import { importOperations } from "./imports/import-operations.ts";
import { readQueue } from "./read-queue.ts";
import type { StatusesFeatureOptions } from "./statuses-feature-options.ts";

/** Returns the operations on the queue of statuses, and on imports of subscribers. */
export function createStatusesFeature(options: StatusesFeatureOptions): Feature {
  const { queries } = options.database;
  return {
    operations: [
      implement(routes.readStatusQueue, async ({ params }, { now }) => {
        await readServedApp(queries, params);
        return { body: await readQueue(queries, params, now) };
      }),
      ...importOperations(options),
    ],
  };
}
