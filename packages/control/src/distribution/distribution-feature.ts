import { routes } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import { coversApp, implement, implementEvents, pageOf } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import type { ChangeHub } from "../changes/index.ts";
import { readLiveValue, readSignedStopList } from "./live-values.ts";
import type { LiveValueMeans } from "./live-values.ts";
import { keepReport, listRuntimes } from "./runtimes.ts";
import type { ReportedRuntime } from "./runtimes.ts";
import { watchSnapshots } from "./watch-snapshots.ts";

/** What the operations for runtimes need. */
export interface DistributionFeatureOptions extends LiveValueMeans {
  /** Hears `WATCHED_TOPICS`. */
  readonly hub: ChangeHub;
  /**
   * How long a stream goes on, ms; default 15 minutes. Its reader comes again at once, and must have a
   * token that is still good.
   */
  readonly streamMs?: number;
}

const STREAM_MS = 15 * 60_000;

/** Returns the operations that feed runtimes and take their reports. */
export function createDistributionFeature(options: DistributionFeatureOptions): Feature {
  return { operations: [...reading(options), watching(options), ...reporting(options)] };
}

function reading(options: DistributionFeatureOptions): readonly Implementation[] {
  return [
    implement(routes.readLiveValue, async ({ params }) => {
      const { value, etag } = await readLiveValue(options, params);
      return { body: { ...value, snapshot: { ...value.snapshot } }, etag };
    }),
    implement(routes.readSignedStopList, async ({ params }) => {
      const { value, etag } = await readSignedStopList(options, params);
      return { body: { stopList: value }, etag };
    }),
  ];
}

function watching({ database, hub, streamMs = STREAM_MS }: DistributionFeatureOptions) {
  return implementEvents(
    routes.watchSnapshots,
    async (_input, { caller, signal }) =>
      watchSnapshots({
        queries: database.queries,
        hub,
        apps: caller.apps,
        signal: AbortSignal.any([signal, AbortSignal.timeout(streamMs)]),
      }),
    { heedsApps: true },
  );
}

function reporting({ database }: DistributionFeatureOptions): readonly Implementation[] {
  const operationId = "listRuntimes";
  return [
    implement(
      routes.reportRuntime,
      async ({ params, body }, { caller, now }) => {
        const foreign = body.serves.find(({ app }) => !coversApp(caller, app));
        if (foreign !== undefined) {
          throw new ApiRefusal("NOT_FOUND", `reportRuntime: no such app as ${foreign.app}`);
        }
        const report = { id: params.runtime, token: caller.id, ...body, reportedAt: now };
        await database.transaction((transaction) => keepReport(transaction, report));
        return {};
      },
      { heedsApps: true },
    ),
    implement(
      routes.listRuntimes,
      async ({ query }, { caller, now }) => {
        const { limit, cursor, app, environment } = query;
        const [after] =
          cursor === undefined ? [] : readCursor(cursor, { operationId, kinds: ["string"] });
        const seen = { apps: caller.apps, app, environment };
        const rows = await listRuntimes(database.queries, {
          ...seen,
          after,
          limit: limit + 1,
          now,
        });
        return {
          body: pageOf(rows, {
            operationId,
            limit,
            itemOf: writable,
            positionOf: ({ id }: ReportedRuntime) => [id],
          }),
        };
      },
      { heedsApps: true },
    ),
  ];
}

/** The API's types want a list they might change. */
function writable(runtime: ReportedRuntime) {
  return { ...runtime, serves: [...runtime.serves] };
}
