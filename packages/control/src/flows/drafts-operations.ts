import { routes } from "@holdfast/api";
import { readCursor } from "@holdfast/api/server";
import { implement, pageOf } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { checkContent, documentOf, writableIssue } from "./check-content.ts";
import type { CheckedContent, ContentToCheck } from "./check-content.ts";
import {
  draftEtag,
  insertDraft,
  listDrafts,
  readDraft,
  removeDraft,
  replaceDraft,
} from "./drafts.ts";
import type { Draft, DraftSummary } from "./drafts.ts";
import type { FlowContent } from "./flow-content.ts";
import { requireApp } from "./flow-means.ts";
import type { FlowsFeatureOptions } from "./flows-feature-options.ts";
import { readVersion } from "./versions.ts";

/** Returns the operations on drafts. */
export function draftsOperations(options: FlowsFeatureOptions): readonly Implementation[] {
  return [create(options), ...reading(options), ...writing(), ...validating(options)];
}

function create(options: FlowsFeatureOptions): Implementation {
  const { database, ids } = options;
  return implement(routes.createDraft, async ({ params, body }, { caller, now, change }) => {
    const { app } = params;
    await requireApp(options, app);
    const { name, source, files, images, basedOn } = body;
    const base =
      basedOn === undefined
        ? undefined
        : await readVersion(database.queries, { app, version: basedOn });
    const written = source === undefined ? undefined : { source, files, images };
    const content = written ?? base?.content ?? { source: "", files, images };
    return change(async (transaction) => {
      const draft = { id: ids(), app, name, content, basedOn, author: caller, now };
      return answerOf(await insertDraft(transaction, draft));
    });
  });
}

function reading({ database }: FlowsFeatureOptions): readonly Implementation[] {
  const operationId = "listDrafts";
  return [
    implement(routes.listDrafts, async ({ params, query: { limit, cursor } }) => {
      const kinds = ["number", "string"] as const;
      const [updatedAt, id] =
        cursor === undefined ? [] : readCursor(cursor, { operationId, kinds });
      const after = updatedAt === undefined || id === undefined ? undefined : { updatedAt, id };
      const rows = await listDrafts(database.queries, params.app, { limit: limit + 1, after });
      return {
        body: pageOf(rows, {
          operationId,
          limit,
          itemOf: (draft) => draft,
          positionOf: (draft: DraftSummary) => [draft.updatedAt, draft.id],
        }),
      };
    }),
    implement(routes.readDraft, async ({ params }) =>
      answerOf(await readDraft(database.queries, { app: params.app, id: params.draft })),
    ),
  ];
}

function writing(): readonly Implementation[] {
  return [
    implement(routes.updateDraft, async ({ params, body, ifMatch }, { caller, now, change }) => {
      const { name, ...content } = body;
      const draft = { id: params.draft, app: params.app, name, content, author: caller, now };
      return change(async (transaction) =>
        answerOf(await replaceDraft(transaction, draft, ifMatch)),
      );
    }),
    implement(routes.deleteDraft, async ({ params, ifMatch }, { change }) =>
      change(async (transaction) => {
        await removeDraft(transaction, { app: params.app, id: params.draft }, ifMatch);
        return {};
      }),
    ),
  ];
}

function validating(options: FlowsFeatureOptions): readonly Implementation[] {
  const validate = async (toCheck: Omit<ContentToCheck, "previous">) => {
    const previous = await previousDocument(options, toCheck);
    return { body: validationOf(await checkContent(options, { ...toCheck, previous })) };
  };
  return [
    implement(routes.validateDraft, async ({ params, body }) => {
      const { app, draft: id } = params;
      const { content } = await readDraft(options.database.queries, { app, id });
      return validate({ app, content, ...body });
    }),
    implement(routes.validateSource, async ({ params, body }) => {
      const { environment, isStrict, ...content } = body;
      return validate({ app: params.app, content, environment, isStrict });
    }),
  ];
}

/** Without an environment it is production where something is live there: experiments count there. */
async function previousDocument(
  { database, liveVersion }: FlowsFeatureOptions,
  { app, environment }: Pick<ContentToCheck, "app" | "environment">,
) {
  const looked = environment === undefined ? (["production", "sandbox"] as const) : [environment];
  for (const place of looked) {
    const version = await liveVersion(database.queries, { app, environment: place });
    if (version === undefined) continue;
    return documentOf((await readVersion(database.queries, { app, version })).content);
  }
  return undefined;
}

/** The most issues the API sends. */
const MAX_ISSUES = 500;

function validationOf({ document, issues }: CheckedContent) {
  return {
    isPublishable: document !== undefined,
    issues: issues.slice(0, MAX_ISSUES).map(writableIssue),
  };
}

function answerOf({ content, ...draft }: Draft) {
  return { body: { ...draft, ...writable(content) }, etag: draftEtag(draft) };
}

/** The API's types want records they might change. */
export function writable({ source, files, images }: FlowContent) {
  return { source, files: { ...files }, images: { ...images } };
}
