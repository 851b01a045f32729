import { ApiRefusal } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import type { Change } from "../http/implementation.ts";
import { fromJsonText, insertNew, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import { contentHash } from "./flow-content.ts";
import type { FlowContent } from "./flow-content.ts";
import type { Author } from "./flow-means.ts";
import type { FlowVersionsTable } from "./tables.ts";

/** A flow as it was saved, without its content. */
export interface VersionSummary {
  readonly app: string;
  /** 1, 2, 3 … within the app. */
  readonly version: number;
  /** Why. */
  readonly note?: string;
  /** The person or the token. */
  readonly createdBy: string;
  /** The person, whose token it may have been. */
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A flow as it was saved; it never changes. */
export interface Version extends VersionSummary {
  readonly content: FlowContent;
}

/** Which version. */
export interface VersionPlace {
  readonly app: string;
  readonly version: number;
}

/** What is saved, by whom and when. */
export interface NewVersion {
  readonly app: string;
  /** Checked before. */
  readonly content: FlowContent;
  readonly note?: string | undefined;
  readonly author: Author;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Returns the newest version when it has this very content: what saving it again is answered with, so
 * that a pipeline that runs twice saves once.
 */
export async function findSameVersion(
  queries: Queries,
  app: string,
  content: FlowContent,
): Promise<Version | undefined> {
  const newest = await newestRow(queries, app);
  return newest?.content_hash === contentHash(content) ? versionOf(newest) : undefined;
}

/** Saves a version under the next number; whoever saves at the same time gets the one after. */
export async function insertVersion(change: Change, version: NewVersion): Promise<Version> {
  const { app, content, note, author, now } = version;
  const row = {
    app,
    content: toJsonText(content),
    content_hash: contentHash(content),
    note: note ?? null,
    created_by: author.id,
    author: author.person,
    created_at: now,
  };
  for (;;) {
    const newest = await newestRow(change.queries, app);
    const next = { ...row, version: (newest?.version ?? 0) + 1 };
    const rows = await insertNew(change, {
      table: "flow_versions",
      rows: [next],
      keys: ["app", "version"],
    });
    // None when somebody else has taken the number meanwhile: theirs can be seen now.
    if (rows.length === 0) continue;
    await change.audit({ target: String(next.version), summary: `saved version ${next.version}` });
    return versionOf(next);
  }
}

async function newestRow(queries: Queries, app: string): Promise<VersionRow | undefined> {
  return queries
    .selectFrom("flow_versions")
    .selectAll()
    .where("app", "=", app)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
}

/**
 * Returns a version.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readVersion(
  queries: Queries,
  { app, version }: VersionPlace,
): Promise<Version> {
  const row = await queries
    .selectFrom("flow_versions")
    .selectAll()
    .where("app", "=", app)
    .where("version", "=", version)
    .executeTakeFirst();
  if (row !== undefined) return versionOf(row);
  throw new ApiRefusal("NOT_FOUND", `the app ${app} has no version ${version}`);
}

/** Returns an app's versions without their contents, the newest first. */
export async function listVersions(
  queries: Queries,
  app: string,
  { limit, after }: { readonly limit: number; readonly after?: number | undefined },
): Promise<readonly VersionSummary[]> {
  let query = queries
    .selectFrom("flow_versions")
    .select(["app", "version", "note", "created_by", "author", "created_at"])
    .where("app", "=", app);
  if (after !== undefined) query = query.where("version", "<", after);
  const rows = await query.orderBy("version", "desc").limit(limit).execute();
  return rows.map(summaryOf);
}

type VersionRow = Selectable<FlowVersionsTable>;

function versionOf(row: VersionRow): Version {
  return { ...summaryOf(row), content: fromJsonText(row.content) };
}

function summaryOf(row: Omit<VersionRow, "content" | "content_hash">): VersionSummary {
  return {
    app: row.app,
    version: row.version,
    ...(row.note === null ? {} : { note: row.note }),
    createdBy: row.created_by,
    author: row.author,
    createdAt: row.created_at,
  };
}
