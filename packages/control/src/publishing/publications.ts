import { ApiRefusal } from "@holdfast/api/server";
import { canonicalJson } from "@holdfast/flow/snapshot";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { Selectable } from "kysely";
import type { Change } from "../http/implementation.ts";
import { insertNew } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import { PUBLICATION_TOPIC } from "./publishing-means.ts";
import type { PublicationPlace } from "./publishing-means.ts";
import type { PublicationKind, PublicationsTable } from "./tables.ts";

/** The statement that a snapshot is live. */
export interface Publication extends PublicationPlace {
  /** Rises with each publication, rollbacks included. */
  readonly sequence: number;
  /** The version the snapshot was compiled from. */
  readonly version: number;
  /** SHA-256 of the snapshot's canonical JSON, lowercase hex. */
  readonly snapshot: string;
  /** The signed publication record, a compact JWS. */
  readonly record: string;
  /** A dated name for people. */
  readonly label: string;
  readonly kind: PublicationKind;
  /** Whether the system may not publish by itself, until a person publishes. */
  readonly isPinned: boolean;
  /** The sequence a rollback brought back. */
  readonly rolledBackTo?: number;
  readonly note?: string;
  /** Absent where the system did it. */
  readonly publishedBy?: string;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

/** Returns what is live; undefined before the first publication. */
export async function readLivePublication(
  queries: Queries,
  { app, environment }: PublicationPlace,
): Promise<Publication | undefined> {
  const [live] = await listPublications(queries, { app, environment }, { limit: 1 });
  return live;
}

/** Returns the sequences that are live, of one app or everywhere. */
export async function liveSequences(
  queries: Queries,
  app?: string,
): Promise<readonly (PublicationPlace & { readonly sequence: number })[]> {
  const all = queries
    .selectFrom("publications")
    .select((row) => ["app", "environment", row.fn.max("sequence").as("sequence")])
    .groupBy(["app", "environment"])
    .orderBy("app")
    .orderBy("environment");
  return (app === undefined ? all : all.where("app", "=", app)).execute();
}

/** Returns the publication of a sequence. */
export async function findPublication(
  queries: Queries,
  { app, environment }: PublicationPlace,
  sequence: number,
): Promise<Publication | undefined> {
  const row = await queries
    .selectFrom("publications")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("sequence", "=", sequence)
    .executeTakeFirst();
  return row === undefined ? undefined : publicationOf(row);
}

/** Returns publications, the newest first. */
export async function listPublications(
  queries: Queries,
  { app, environment }: PublicationPlace,
  { limit, after }: { readonly limit: number; readonly after?: number | undefined },
): Promise<readonly Publication[]> {
  let query = queries
    .selectFrom("publications")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment);
  if (after !== undefined) query = query.where("sequence", "<", after);
  const rows = await query.orderBy("sequence", "desc").limit(limit).execute();
  return rows.map(publicationOf);
}

/**
 * Returns a snapshot's canonical JSON.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readSnapshotText(queries: Queries, hash: string): Promise<string> {
  const row = await queries
    .selectFrom("snapshots")
    .select("content")
    .where("hash", "=", hash)
    .executeTakeFirst();
  if (row !== undefined) return row.content;
  throw new ApiRefusal("NOT_FOUND", `there is no snapshot ${hash}`);
}

/** Keeps a snapshot under its hash; one that is there already is the same. */
export async function insertSnapshot(
  change: Change,
  {
    hash,
    snapshot,
    now,
  }: { readonly hash: string; readonly snapshot: Snapshot; readonly now: number },
): Promise<void> {
  await insertNew(change, {
    table: "snapshots",
    rows: [{ hash, content: canonicalJson(snapshot), created_at: now }],
    keys: ["hash"],
  });
}

/**
 * Makes a publication the live one, in the transaction of `change`. Of several with the same sequence,
 * at once and in any process, the first is kept.
 *
 * @returns whether it is this one
 */
export async function insertPublication(
  change: Change,
  publication: Publication,
): Promise<boolean> {
  const { app, environment, sequence, version, label } = publication;
  const rows = await insertNew(change, {
    table: "publications",
    rows: [
      {
        app,
        environment,
        sequence,
        version,
        snapshot: publication.snapshot,
        record: publication.record,
        label,
        kind: publication.kind,
        pinned: publication.isPinned ? 1 : 0,
        rolled_back_to: publication.rolledBackTo ?? null,
        note: publication.note ?? null,
        published_by: publication.publishedBy ?? null,
        published_at: publication.publishedAt,
      },
    ],
    keys: ["app", "environment", "sequence"],
  });
  if (rows.length === 0) return false;
  change.announce({ topic: PUBLICATION_TOPIC, app, environment, subject: String(sequence) });
  await change.audit({ app, environment, target: label, summary: summaryOf(publication) });
  return true;
}

function summaryOf({ kind, version, environment, sequence, rolledBackTo }: Publication): string {
  switch (kind) {
    case "rollback":
      return `rolled ${environment} back to what sequence ${rolledBackTo ?? 0} was, as sequence ${sequence}`;
    case "approvedTexts":
      return `added approved texts of version ${version} to ${environment}, as sequence ${sequence}`;
    default:
      return `published version ${version} to ${environment}, as sequence ${sequence}`;
  }
}

function publicationOf(row: Selectable<PublicationsTable>): Publication {
  return {
    app: row.app,
    environment: row.environment,
    sequence: row.sequence,
    version: row.version,
    snapshot: row.snapshot,
    record: row.record,
    label: row.label,
    kind: row.kind,
    isPinned: row.pinned === 1,
    ...(row.rolled_back_to === null ? {} : { rolledBackTo: row.rolled_back_to }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.published_by === null ? {} : { publishedBy: row.published_by }),
    publishedAt: row.published_at,
  };
}
