import { ApiRefusal, etagOf } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import type { Change } from "../http/implementation.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { FlowContent } from "./flow-content.ts";
import type { Author } from "./flow-means.ts";
import type { FlowDraftsTable } from "./tables.ts";

/** A flow that is being written, without its content. */
export interface DraftSummary {
  readonly id: string;
  readonly app: string;
  readonly name: string;
  /** The version it began from; absent where it began from nothing. */
  readonly basedOn?: number;
  /** 1, 2, 3 …: rises each time it is saved. */
  readonly revision: number;
  readonly createdBy: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedBy: string;
  readonly updatedAt: number;
}

/** A flow that is being written. */
export interface Draft extends DraftSummary {
  readonly content: FlowContent;
}

/** Which draft. */
export interface DraftPlace {
  readonly app: string;
  readonly id: string;
}

/** What is saved, by whom and when. */
export interface DraftChange extends DraftPlace {
  readonly name: string;
  readonly content: FlowContent;
  readonly author: Author;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Begins a draft. The content may have errors: a draft is for writing. */
export async function insertDraft(
  change: Change,
  draft: DraftChange & { readonly basedOn?: number | undefined },
): Promise<Draft> {
  const { id, app, name, content, basedOn, author, now } = draft;
  const row = {
    id,
    app,
    name,
    based_on: basedOn ?? null,
    content: toJsonText(content),
    revision: 1,
    created_by: author.id,
    created_at: now,
    updated_by: author.id,
    updated_at: now,
  };
  await change.queries.insertInto("flow_drafts").values(row).execute();
  await change.audit({ target: id, summary: `began the draft "${name}"` });
  return draftOf(row);
}

/**
 * Returns a draft.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readDraft(queries: Queries, { app, id }: DraftPlace): Promise<Draft> {
  const row = await queries
    .selectFrom("flow_drafts")
    .selectAll()
    .where("app", "=", app)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row !== undefined) return draftOf(row);
  throw new ApiRefusal("NOT_FOUND", `the app ${app} has no draft ${id}`);
}

/** Where a list goes on: after the entry with this time and id. */
export interface DraftPosition {
  readonly updatedAt: number;
  readonly id: string;
}

/** Returns an app's drafts without their contents, the last changed first. */
export async function listDrafts(
  queries: Queries,
  app: string,
  { limit, after }: { readonly limit: number; readonly after?: DraftPosition | undefined },
): Promise<readonly DraftSummary[]> {
  let query = queries
    .selectFrom("flow_drafts")
    .select(["id", "app", "name", "based_on", "revision"])
    .select(["created_by", "created_at", "updated_by", "updated_at"])
    .where("app", "=", app);
  if (after !== undefined) {
    query = query.where((row) =>
      row(row.refTuple("updated_at", "id"), "<", row.tuple(after.updatedAt, after.id)),
    );
  }
  const rows = await query
    .orderBy("updated_at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(summaryOf);
}

/**
 * Replaces a draft's name and content.
 *
 * @param ifMatch - the ETag of the draft the editor saw
 * @throws ApiRefusal `PRECONDITION_FAILED` with the ETag of now, when it was saved meanwhile;
 *   `NOT_FOUND`
 */
export async function replaceDraft(
  change: Change,
  { app, id, name, content, author, now }: DraftChange,
  ifMatch: string,
): Promise<Draft> {
  const saved = await change.queries
    .updateTable("flow_drafts")
    .set((column) => ({
      name,
      content: toJsonText(content),
      revision: column("revision", "+", 1),
      updated_by: author.id,
      updated_at: now,
    }))
    .where("app", "=", app)
    .where("id", "=", id)
    .where("revision", "=", revisionOf(ifMatch))
    .returningAll()
    .executeTakeFirst();
  if (saved === undefined) throw savedMeanwhile(await readDraft(change.queries, { app, id }));
  await change.audit({ target: id, summary: `saved the draft "${name}"` });
  return draftOf(saved);
}

/**
 * Deletes a draft.
 *
 * @param ifMatch - the ETag of the draft the editor saw
 * @throws ApiRefusal `PRECONDITION_FAILED` when it was saved meanwhile, `NOT_FOUND`
 */
export async function removeDraft(
  change: Change,
  { app, id }: DraftPlace,
  ifMatch: string,
): Promise<void> {
  const deleted = await change.queries
    .deleteFrom("flow_drafts")
    .where("app", "=", app)
    .where("id", "=", id)
    .where("revision", "=", revisionOf(ifMatch))
    .returning("name")
    .executeTakeFirst();
  if (deleted === undefined) throw savedMeanwhile(await readDraft(change.queries, { app, id }));
  await change.audit({ target: id, summary: `deleted the draft "${deleted.name}"` });
}

/** Returns a draft's ETag. */
export function draftEtag({ revision }: Pick<DraftSummary, "revision">): string {
  return etagOf(revision);
}

/** An ETag that is none of ours has a revision no draft has. */
function revisionOf(etag: string): number {
  return Number(/^"(\d{1,15})"$/.exec(etag)?.[1] ?? 0);
}

function savedMeanwhile(draft: Draft): ApiRefusal {
  return new ApiRefusal(
    "PRECONDITION_FAILED",
    `the draft was saved meanwhile, by ${draft.updatedBy}; this change was not`,
    { current: { etag: draftEtag(draft) } },
  );
}

type DraftRow = Selectable<FlowDraftsTable>;

function draftOf(row: DraftRow): Draft {
  return { ...summaryOf(row), content: fromJsonText(row.content) };
}

function summaryOf(row: Omit<DraftRow, "content">): DraftSummary {
  return {
    id: row.id,
    app: row.app,
    name: row.name,
    ...(row.based_on === null ? {} : { basedOn: row.based_on }),
    revision: row.revision,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  };
}
