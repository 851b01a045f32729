import { routes } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import { diffFlows, diffImageFiles } from "@holdfast/flow/diff";
import { implement, pageOf } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { insertApproval, listApprovals } from "./approvals.ts";
import type { Approval } from "./approvals.ts";
import { documentOf, requireValidContent } from "./check-content.ts";
import { readDraft } from "./drafts.ts";
import { writable } from "./drafts-operations.ts";
import type { FlowContent } from "./flow-content.ts";
import { requireEnvironment } from "./flow-means.ts";
import type { FlowsFeatureOptions } from "./flows-feature-options.ts";
import { findSameVersion, insertVersion, listVersions, readVersion } from "./versions.ts";
import type { Version, VersionSummary } from "./versions.ts";

/** Returns the operations on versions, their differences and their approvals. */
export function versionsOperations(options: FlowsFeatureOptions): readonly Implementation[] {
  return [save(options), ...reading(options), diff(options), ...approving(options)];
}

function save(options: FlowsFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.createVersion, async ({ params, body }, { caller, now, change }) => {
    const { app } = params;
    const { draft, source, files, images, note } = body;
    const content =
      draft === undefined
        ? { source: source ?? "", files, images }
        : (await readDraft(queries, { app, id: draft })).content;
    // Whether Apple has approved the texts does not matter yet: they are uploaded from a version.
    await requireValidContent(options, { app, content, withReviews: false });
    const same = await findSameVersion(queries, app, content);
    if (same !== undefined) return { body: bodyOf(same) };
    return change(async (transaction) => {
      const version = { app, content, note, author: caller, now };
      return { body: bodyOf(await insertVersion(transaction, version)) };
    });
  });
}

function reading({ database }: FlowsFeatureOptions): readonly Implementation[] {
  const operationId = "listVersions";
  return [
    implement(routes.listVersions, async ({ params, query: { limit, cursor } }) => {
      const [after] =
        cursor === undefined ? [] : readCursor(cursor, { operationId, kinds: ["number"] });
      const rows = await listVersions(database.queries, params.app, { limit: limit + 1, after });
      return {
        body: pageOf(rows, {
          operationId,
          limit,
          itemOf: (row) => row,
          positionOf: ({ version }: VersionSummary) => [version],
        }),
      };
    }),
    implement(routes.readVersion, async ({ params }) => ({
      body: bodyOf(await readVersion(database.queries, params)),
    })),
  ];
}

function diff({ database }: FlowsFeatureOptions): Implementation {
  const { queries } = database;
  return implement(routes.diffVersions, async ({ params: { app }, query }) => {
    const { from, toVersion, toDraft } = query;
    const contentOf = async (): Promise<FlowContent> => {
      if (toVersion !== undefined && toDraft === undefined) {
        return (await readVersion(queries, { app, version: toVersion })).content;
      }
      if (toDraft !== undefined && toVersion === undefined) {
        return (await readDraft(queries, { app, id: toDraft })).content;
      }
      const message = "expected exactly one of toVersion and toDraft";
      throw new ApiRefusal("INPUT_INVALID", `diffVersions: ${message}`, {
        issues: [{ path: ["query", "toVersion"], message }],
      });
    };
    const to = await contentOf();
    const { content } = await readVersion(queries, { app, version: from });
    const after = readable(to, toDraft === undefined ? "toVersion" : "toDraft");
    const changes = [
      ...diffFlows(readable(content, "from"), after),
      ...diffImageFiles(content.images, to.images),
    ];
    return { body: { changes } };
  });
}

/** A draft may hold anything; only what is a flow can be compared by meaning. */
function readable(content: FlowContent, parameter: string) {
  const document = documentOf(content);
  if (document !== undefined) return document;
  const message = "expected a document that can be read; validating it shows what is wrong";
  throw new ApiRefusal("INPUT_INVALID", `diffVersions: ${message}`, {
    issues: [{ path: ["query", parameter], message }],
  });
}

function approving(options: FlowsFeatureOptions): readonly Implementation[] {
  const { database, ids } = options;
  const operationId = "listApprovals";
  return [
    implement(routes.createApproval, async ({ params, body }, { caller, now, change }) => {
      await requireEnvironment(options, params.app, body.environment);
      return change(async (transaction) => {
        const approval = { ...params, ...body, id: ids(), author: caller, now };
        return { body: await insertApproval(transaction, approval) };
      });
    }),
    implement(routes.listApprovals, async ({ params, query: { limit, cursor } }) => {
      await readVersion(database.queries, params);
      const [after] =
        cursor === undefined ? [] : readCursor(cursor, { operationId, kinds: ["string"] });
      const rows = await listApprovals(database.queries, params, { limit: limit + 1, after });
      return {
        body: pageOf(rows, {
          operationId,
          limit,
          itemOf: (row) => row,
          positionOf: ({ id }: Approval) => [id],
        }),
      };
    }),
  ];
}

function bodyOf({ content, ...version }: Version) {
  return { ...version, ...writable(content) };
}
