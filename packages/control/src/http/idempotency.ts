import { createHash } from "node:crypto";
import type { Route } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import type { Queries } from "../storage/index.ts";
import type { Caller } from "./caller.ts";

/** How long a key is kept, ms: what the API promises. */
export const KEY_LIFETIME_MS = 24 * 60 * 60_000;

/**
 * After so many ms a request that has not ended is taken for dead, with its process: far longer than any
 * takes, and what it did in the database it did together with its answer, or not at all.
 */
export const ABANDONED_AFTER_MS = 2 * 60_000;

/** What a creation answered, as far as it can be answered again. */
export interface KeptAnswer {
  readonly body?: unknown;
  readonly etag?: string | undefined;
}

/** A creation that carries a key. */
export interface KeyedRequest {
  readonly caller: Caller;
  readonly key: string;
  readonly route: Route;
  /** Everything that makes it this request: valid path, query and body. */
  readonly input: unknown;
  /** Whether the answer must not be kept. */
  readonly isAnswerSecret: boolean;
  readonly now: number;
}

/** The right to carry out a request under its key. */
export interface KeyClaim {
  /**
   * Keeps the answer. With a transaction's queries, so that it is kept exactly when the change is.
   *
   * @throws ApiRefusal `REQUEST_IN_PROGRESS` where the claim is lost: it was taken for dead
   */
  keep(queries: Queries, answer: KeptAnswer): Promise<void>;
  /** Frees the key: nothing was done. */
  release(queries: Queries): Promise<void>;
}

/** What is to be done with a request under a key. */
export type KeyedStart =
  | { readonly to: "run"; readonly claim: KeyClaim }
  | { readonly to: "replay"; readonly answer: KeptAnswer };

/**
 * Claims a request's key. Of requests with the same key, at once and in any process, one runs.
 *
 * @throws ApiRefusal `REQUEST_IN_PROGRESS`, `IDEMPOTENCY_KEY_REUSED` for another request under the key, and
 *   `CONFLICT` where the answer was secret and is gone
 */
export async function claimKey(queries: Queries, request: KeyedRequest): Promise<KeyedStart> {
  const row = rowOf(request);
  if (await insert(queries, row)) return { to: "run", claim: claimOf(row, request) };
  const held = await queries
    .selectFrom("idempotency_keys")
    .selectAll()
    .where("scope", "=", row.scope)
    .where("key", "=", row.key)
    .executeTakeFirst();
  // Freed this very moment: whoever asks again will get it.
  if (held === undefined) throw inProgress(request);
  if (isOver(held, request.now)) {
    if (await takeOver(queries, row, held.created_at)) {
      return { to: "run", claim: claimOf(row, request) };
    }
    throw inProgress(request);
  }
  if (held.request_hash !== row.request_hash) throw reused(request);
  if (held.status === null) throw inProgress(request);
  if (held.body === null) throw answeredBefore(request);
  return { to: "replay", answer: readAnswer(held.body) };
}

type KeyRow = ReturnType<typeof rowOf>;

function rowOf({ caller, key, route, input, now }: KeyedRequest) {
  return {
    scope: `${caller.kind}:${caller.id}`,
    key,
    request_hash: createHash("sha256")
      .update(JSON.stringify([route.operationId, input]))
      .digest("hex"),
    status: null,
    content_type: null,
    body: null,
    created_at: now,
    expires_at: now + KEY_LIFETIME_MS,
  };
}

async function insert(queries: Queries, row: KeyRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await queries
    .insertInto("idempotency_keys")
    .values(row)
    .onConflict((conflict) => conflict.columns(["scope", "key"]).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

/** Of the key's row as it was seen: of several who do this at once, one succeeds. */
async function takeOver(queries: Queries, row: KeyRow, seenCreatedAt: number): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("idempotency_keys")
    .set(row)
    .where("scope", "=", row.scope)
    .where("key", "=", row.key)
    .where("created_at", "=", seenCreatedAt)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function isOver(
  held: { readonly status: number | null; created_at: number; expires_at: number },
  now: number,
): boolean {
  return (
    held.expires_at <= now || (held.status === null && held.created_at + ABANDONED_AFTER_MS <= now)
  );
}

function claimOf(row: KeyRow, request: KeyedRequest): KeyClaim {
  return {
    async keep(queries, answer) {
      const { numUpdatedRows } = await queries
        .updateTable("idempotency_keys")
        .set({
          status: request.route.success.status,
          content_type: "application/json",
          body: request.isAnswerSecret ? null : writeAnswer(answer),
        })
        .where("scope", "=", row.scope)
        .where("key", "=", row.key)
        .where("created_at", "=", row.created_at)
        .where("status", "is", null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw inProgress(request);
    },
    async release(queries) {
      await queries
        .deleteFrom("idempotency_keys")
        .where("scope", "=", row.scope)
        .where("key", "=", row.key)
        .where("created_at", "=", row.created_at)
        .where("status", "is", null)
        .execute();
    },
  };
}

function writeAnswer({ body, etag }: KeptAnswer): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ body, etag }));
}

/** Ours alone, as {@link writeAnswer} wrote it; the operation's schema reads the body once more. */
function readAnswer(bytes: Uint8Array): KeptAnswer {
  return JSON.parse(new TextDecoder().decode(bytes)) as KeptAnswer;
}

function inProgress({ route }: KeyedRequest): ApiRefusal {
  return new ApiRefusal(
    "REQUEST_IN_PROGRESS",
    `${route.operationId}: a request with this Idempotency-Key is being carried out`,
    { retryAfterSeconds: 1 },
  );
}

function reused({ route }: KeyedRequest): ApiRefusal {
  return new ApiRefusal(
    "IDEMPOTENCY_KEY_REUSED",
    `${route.operationId}: the Idempotency-Key was sent before with another request`,
  );
}

function answeredBefore({ route }: KeyedRequest): ApiRefusal {
  return new ApiRefusal(
    "CONFLICT",
    `${route.operationId}: it was made by the first request with this Idempotency-Key, and its secret is shown only once`,
    { advice: "if the secret is lost, revoke what was made and make another with a new key" },
  );
}
