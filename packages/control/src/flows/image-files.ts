import { createHash } from "node:crypto";
import { ApiRefusal } from "@holdfast/api/server";
import { insertNew } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";

/** An image file that is kept. */
export interface ImageFile {
  readonly app: string;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Keeps an image file and returns its SHA-256 in lowercase hex, by which drafts and versions name it.
 * The same bytes are kept once for an app.
 */
export async function keepImage(
  transaction: Transaction,
  { app, bytes, now }: ImageFile,
): Promise<string> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await insertNew(transaction, {
    table: "flow_images",
    rows: [{ app, sha256, bytes, created_at: now }],
    keys: ["app", "sha256"],
  });
  return sha256;
}

/**
 * Returns the bytes of an image file.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readImage(
  queries: Queries,
  app: string,
  sha256: string,
): Promise<Uint8Array> {
  const row = await queries
    .selectFrom("flow_images")
    .select("bytes")
    .where("app", "=", app)
    .where("sha256", "=", sha256)
    .executeTakeFirst();
  if (row !== undefined) return row.bytes;
  throw new ApiRefusal("NOT_FOUND", `the app ${app} has no image file ${sha256}`);
}
