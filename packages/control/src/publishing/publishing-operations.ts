import { routes } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import { requireApp } from "../flows/flow-means.ts";
import { implement, pageOf } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { commitPublication, preparePublication, requirePublishable } from "./publish-version.ts";
import { listPublications } from "./publications.ts";
import type { Publication } from "./publications.ts";
import type { PublishingMeans } from "./publishing-means.ts";
import { commitRollback, prepareRollback } from "./roll-back.ts";
import { cancelSchedule, insertSchedule, listSchedules } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

/** The longest time ahead something can be scheduled: a year, in ms. */
const MAX_AHEAD_MS = 366 * 24 * 60 * 60_000;

/** Returns the operations on publications and schedules. */
export function publishingOperations(means: PublishingMeans): readonly Implementation[] {
  return [...publishing(means), list(means), publisherKey(means), ...scheduling(means)];
}

function publishing(means: PublishingMeans): readonly Implementation[] {
  return [
    implement(routes.publishVersion, async ({ params, body }, { caller, change }) => {
      const publishedBy = caller.id;
      const request = { ...params, ...body, kind: "publish", publishedBy } as const;
      const prepared = await preparePublication(means, request);
      if (prepared.isLive) return { body: bodyOf(prepared.publication) };
      return change(async (transaction) => ({
        body: bodyOf(await commitPublication(transaction, prepared)),
      }));
    }),
    implement(routes.rollBackPublication, async ({ params, body }, { caller, change }) => {
      const request = { ...params, ...body, publishedBy: caller.id };
      const publication = await prepareRollback(means, request);
      return change(async (transaction) => ({
        body: bodyOf(await commitRollback(transaction, publication, body.expectedSequence)),
      }));
    }),
  ];
}

function list({ database }: PublishingMeans): Implementation {
  const operationId = "listPublications";
  return implement(routes.listPublications, async ({ params, query: { limit, cursor } }) => {
    const [after] =
      cursor === undefined ? [] : readCursor(cursor, { operationId, kinds: ["number"] });
    const rows = await listPublications(database.queries, params, { limit: limit + 1, after });
    return {
      body: pageOf(rows, {
        operationId,
        limit,
        itemOf: bodyOf,
        positionOf: ({ sequence }: Publication) => [sequence],
      }),
    };
  });
}

function publisherKey(means: PublishingMeans): Implementation {
  return implement(routes.readPublisherKey, async ({ params: { app } }) => {
    await requireApp(means, app);
    const { keyId, publicKeyPem } = await means.publisherOf(app);
    return { body: { keyId, publicKeyPem } };
  });
}

function scheduling(means: PublishingMeans): readonly Implementation[] {
  const { database, ids } = means;
  const operationId = "listSchedules";
  return [
    implement(routes.createSchedule, async ({ params, body }, { caller, now, change }) => {
      checkTime(body.publishAt, now);
      await requirePublishable(means, { ...params, version: body.version });
      return change(async (transaction) => {
        const by = { createdBy: caller.id, createdAt: now };
        return {
          body: await insertSchedule(transaction, { ...params, ...body, ...by, id: ids() }),
        };
      });
    }),
    implement(routes.listSchedules, async ({ params, query: { limit, cursor } }) => {
      const kinds = ["number", "number", "string"] as const;
      const position =
        cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
      const after = position && {
        isWaiting: position[0] === 1,
        publishAt: position[1],
        id: position[2],
      };
      const rows = await listSchedules(database.queries, params, { limit: limit + 1, after });
      return {
        body: pageOf(rows, {
          operationId,
          limit,
          itemOf: (row) => row,
          positionOf: ({ state, publishAt, id }: Schedule) => [
            state === "waiting" ? 1 : 0,
            publishAt,
            id,
          ],
        }),
      };
    }),
    implement(routes.cancelSchedule, async ({ params }, { change }) =>
      change(async (transaction) => {
        await cancelSchedule(transaction, { ...params, id: params.schedule });
        return {};
      }),
    ),
  ];
}

function checkTime(publishAt: number, now: number): void {
  if (publishAt > now && publishAt <= now + MAX_AHEAD_MS) return;
  const message = "expected a moment in the future, at most a year ahead";
  throw new ApiRefusal("INPUT_INVALID", `createSchedule: ${message}`, {
    issues: [{ path: ["body", "publishAt"], message }],
  });
}

function bodyOf({ record: _record, ...publication }: Publication) {
  return publication;
}
