import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import type {
  GetImageListResponse,
  GetMessageListResponse,
} from "@holdfast/appstore/retention-messaging/client";
import { insertNew } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import { listContent } from "./review-states.ts";
import type { ContentPlace } from "./review-states.ts";
import type { AppleContentTable } from "./tables.ts";

/** Apple's lists of an app's content, read one after the other. */
export interface AppleLists {
  readonly messages: GetMessageListResponse;
  readonly images: GetImageListResponse;
  /** Before the first list was asked for, ms since 1970: what was uploaded after may not be in them. */
  readonly askedAt: number;
  /** When both had come. */
  readonly seenAt: number;
}

/**
 * Writes what Apple has. For each message and image that is new, in another state, or gone, a change is
 * announced, so that whatever is live with it can be stopped or go on: topic `apple-message.rejected`,
 * `.approved`, `.changed` (any other state) or `.gone`, `apple-image.` likewise, with the app, the
 * environment, and the identifier as the subject. Who missed changes reads `listRejectedMessages()`.
 */
export async function writeReviewStates(
  transaction: Transaction,
  place: ContentPlace,
  { messages, images, askedAt, seenAt }: AppleLists,
): Promise<void> {
  const lists = { place, askedAt };
  await writeList(transaction, messageRows(messages, place, seenAt), { ...lists, kind: "message" });
  await writeList(transaction, imageRows(images, place, seenAt), { ...lists, kind: "image" });
  await writePoll(transaction.queries, place, {
    asked_at: seenAt,
    seen_at: seenAt,
    problem_code: null,
  });
}

/** Writes that Apple could not be asked. What it said before stays. */
export async function writePollProblem(
  queries: Queries,
  place: ContentPlace,
  { code, at }: { readonly code: string; readonly at: number },
): Promise<void> {
  await writePoll(queries, place, { asked_at: at, problem_code: code });
}

type Row = AppleContentTable;
type RowKey = Pick<Row, "app" | "environment" | "kind" | "identifier">;

function messageRows(
  { messageIdentifiers = [] }: GetMessageListResponse,
  place: ContentPlace,
  seenAt: number,
): readonly Row[] {
  return messageIdentifiers.map(({ messageIdentifier, messageState }) => ({
    ...place,
    kind: "message",
    identifier: messageIdentifier.toLowerCase(),
    size: null,
    state: normalizeReviewState(messageState),
    changed_at: seenAt,
  }));
}

function imageRows(
  { imageIdentifiers = [] }: GetImageListResponse,
  place: ContentPlace,
  seenAt: number,
): readonly Row[] {
  return imageIdentifiers.map(({ imageIdentifier, imageState, imageSize }) => ({
    ...place,
    kind: "image",
    identifier: imageIdentifier.toLowerCase(),
    size: imageSize ?? null,
    state: normalizeReviewState(imageState),
    changed_at: seenAt,
  }));
}

/** Writes what one upload made, and announces it as {@link writeReviewStates} does. */
export async function writeContent(transaction: Transaction, row: Row): Promise<void> {
  const { queries } = transaction;
  const { app, environment, kind } = row;
  const known = await listContent(queries, { app, environment, kind });
  const before = known.find(({ identifier }) => identifier === row.identifier);
  if (before?.state === row.state) return;
  if (before === undefined) await queries.insertInto("apple_content").values(row).execute();
  else await updateContent(queries, row);
  announce(transaction, row, wordOf(row.state));
}

/** Forgets content that was deleted at Apple, and announces it. */
export async function forgetContent(transaction: Transaction, row: RowKey): Promise<void> {
  await deleteContent(transaction.queries, row);
  announce(transaction, row, "gone");
}

async function writeList(
  transaction: Transaction,
  rows: readonly Row[],
  {
    place,
    kind,
    askedAt,
  }: { readonly place: ContentPlace; readonly kind: Row["kind"]; readonly askedAt: number },
): Promise<void> {
  const known = await listContent(transaction.queries, { ...place, kind });
  const before = new Map(known.map((row) => [row.identifier, row]));
  const now = new Set(rows.map(({ identifier }) => identifier));
  const added = rows.filter(({ identifier }) => !before.has(identifier));
  const changed = rows.filter((row) => {
    const old = before.get(row.identifier);
    return old !== undefined && old.state !== row.state;
  });
  const gone = known.filter(
    ({ identifier, changed_at }) => !now.has(identifier) && changed_at < askedAt,
  );
  const keys = ["app", "environment", "kind", "identifier"] as const;
  await insertNew(transaction, { table: "apple_content", rows: added, keys });
  for (const row of changed) await updateContent(transaction.queries, row);
  for (const row of gone) await deleteContent(transaction.queries, row);
  for (const row of [...added, ...changed]) announce(transaction, row, wordOf(row.state));
  for (const row of gone) announce(transaction, row, "gone");
}

async function updateContent(queries: Queries, row: Row): Promise<void> {
  const { state, size, changed_at } = row;
  await queries
    .updateTable("apple_content")
    .set({ state, size, changed_at })
    .where("app", "=", row.app)
    .where("environment", "=", row.environment)
    .where("kind", "=", row.kind)
    .where("identifier", "=", row.identifier)
    .execute();
}

async function deleteContent(queries: Queries, row: RowKey): Promise<void> {
  await queries
    .deleteFrom("apple_content")
    .where("app", "=", row.app)
    .where("environment", "=", row.environment)
    .where("kind", "=", row.kind)
    .where("identifier", "=", row.identifier)
    .execute();
}

function announce(
  transaction: Transaction,
  { app, environment, kind, identifier }: RowKey,
  what: string,
): void {
  transaction.announce({
    topic: `apple-${kind}.${what}`,
    app,
    environment,
    subject: identifier,
  });
}

function wordOf(state: string): string {
  if (state === "REJECTED") return "rejected";
  return state === "APPROVED" ? "approved" : "changed";
}

async function writePoll(
  queries: Queries,
  place: ContentPlace,
  columns: {
    readonly asked_at: number;
    readonly seen_at?: number;
    readonly problem_code: string | null;
  },
): Promise<void> {
  await queries
    .insertInto("review_polls")
    .values({ ...place, seen_at: null, ...columns })
    .onConflict((conflict) => conflict.columns(["app", "environment"]).doUpdateSet(columns))
    .execute();
}
