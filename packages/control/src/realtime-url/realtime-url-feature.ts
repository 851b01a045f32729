import { routes } from "@holdfast/api";
import { ApiRefusal, etagOf, readCursor } from "@holdfast/api/server";
import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import { readServedApp } from "../catalog/index.ts";
import type { ContentPlace } from "../catalog/index.ts";
import { implement, pageOf } from "../http/index.ts";
import type { Change, Feature, Implementation } from "../http/index.ts";
import type { Queries } from "../storage/index.ts";
import { changeUrl } from "./change-url.ts";
import type { WantedUrl } from "./change-url.ts";
import { lookAtUrl } from "./look-at-url.ts";
import type { RealtimeUrlMeans } from "./realtime-url-means.ts";
import { findUrlChange, listUrlChanges } from "./url-changes.ts";
import type { UrlChange } from "./url-changes.ts";
import { urlVersion } from "./url-version.ts";

/** Returns the operations on the URL that Apple asks. */
export function createRealtimeUrlFeature(means: RealtimeUrlMeans): Feature {
  return {
    operations: [read(means), configure(means), remove(means), list(means), rollBack(means)],
  };
}

function read(means: RealtimeUrlMeans): Implementation {
  return implement(routes.readRealtimeUrl, async ({ params }, { now, signal }) =>
    answerOf(await lookAtUrl(means, params, { now, signal }), now),
  );
}

function configure(means: RealtimeUrlMeans): Implementation {
  const route = routes.configureRealtimeUrl;
  return implement(route, async ({ params, body, ifMatch }, { now, signal, caller, change }) => {
    const to = body.realtimeURL;
    refuseUnsound(to);
    const answer = answerOf(to, now);
    await changeUrl(means, {
      place: params,
      ifMatch,
      to,
      changedBy: caller.id,
      summary: "set the real-time URL",
      now,
      signal,
      commit: committing(change, answer),
    });
    return answer;
  });
}

function remove(means: RealtimeUrlMeans): Implementation {
  const route = routes.deleteRealtimeUrl;
  return implement(route, async ({ params, ifMatch }, { now, signal, caller, change }) => {
    await changeUrl(means, {
      place: params,
      ifMatch,
      to: null,
      changedBy: caller.id,
      summary: "deleted the real-time URL",
      now,
      signal,
      commit: committing(change, {}),
    });
    return {};
  });
}

function rollBack(means: RealtimeUrlMeans): Implementation {
  const route = routes.rollBackRealtimeUrl;
  return implement(route, async ({ params, body, ifMatch }, { now, signal, caller, change }) => {
    const to = await urlBefore(means.database.queries, params, body.change);
    const answer = answerOf(to, now);
    await changeUrl(means, {
      place: params,
      ifMatch,
      to,
      changedBy: caller.id,
      summary: `set the real-time URL again that there was before ${body.change}`,
      now,
      signal,
      commit: committing(change, answer),
    });
    return answer;
  });
}

function list({ database: { queries } }: RealtimeUrlMeans): Implementation {
  const route = routes.listRealtimeUrlChanges;
  return implement(route, async ({ params, query: { limit, cursor } }) => {
    await readServedApp(queries, params);
    const { operationId } = route;
    const kinds = ["string"] as const;
    const [after] = cursor === undefined ? [] : readCursor(cursor, { operationId, kinds });
    const rows = await listUrlChanges(queries, params, { limit: limit + 1, after });
    const body = pageOf(rows, { operationId, limit, itemOf, positionOf: ({ id }) => [id] });
    return { body };
  });
}

/** Returns what runs an act as the change of a request that is answered so. */
function committing<Answer>(
  change: (act: (change: Change) => Promise<Answer>) => Promise<Answer>,
  answer: Answer,
): WantedUrl["commit"] {
  return async (act) => {
    await change(async (transaction) => {
      await act(transaction);
      return answer;
    });
  };
}

/**
 * Refuses a URL that Apple would, or could not reach.
 *
 * @throws ApiRefusal `INPUT_INVALID`
 */
function refuseUnsound(url: string): void {
  const problems = checkRealtimeUrl(url);
  if (problems.length === 0) return;
  throw new ApiRefusal("INPUT_INVALID", "configureRealtimeUrl: Apple could not ask this URL", {
    issues: problems.map(({ message }) => ({ path: ["body", "realtimeURL"], message })),
  });
}

async function urlBefore(queries: Queries, place: ContentPlace, id: string): Promise<string> {
  const change = await findUrlChange(queries, place, id);
  if (change === undefined) {
    const where = `${place.app} in ${place.environment}`;
    throw new ApiRefusal("NOT_FOUND", `${where} has no change ${id} of the real-time URL`);
  }
  const { before } = change;
  if (before === null) {
    throw new ApiRefusal("CONFLICT", `there was no real-time URL before the change ${id}`, {
      advice: "delete the URL to have none again",
    });
  }
  const [problem] = checkRealtimeUrl(before);
  if (problem === undefined) return before;
  throw new ApiRefusal("CONFLICT", `what there was before ${id}: ${problem.message}`, {
    advice: "set another URL",
  });
}

function answerOf(url: string | null, seenAt: number) {
  return {
    body: { seenAt, ...(url === null ? {} : { realtimeURL: url }) },
    etag: etagOf(urlVersion(url)),
  };
}

function itemOf({ id, at, before, after, state, changedBy }: UrlChange) {
  return {
    id,
    at,
    ...(before === null ? {} : { before }),
    ...(after === null ? {} : { after }),
    ...(changedBy === null ? {} : { changedBy }),
    isConfirmed: state === "made",
  };
}
