import { isIPv6 } from "node:net";
import { ApiRefusal } from "@holdfast/api/server";
import type { Queries } from "../storage/index.ts";
import { hashSecret } from "./secrets.ts";

/** A bucket of attempts: so many at once, then one as often as it fills. */
interface Bucket {
  readonly attempts: number;
  /** Milliseconds until another attempt is there. */
  readonly refillMs: number;
}

/** How often an account may be tried, by whomever. */
const ACCOUNT: Bucket = { attempts: 10, refillMs: 60_000 };

/** How often an address may try, whichever account: an office may share one. */
const ADDRESS: Bucket = { attempts: 50, refillMs: 10_000 };

/** An attempt to sign in. */
export interface LoginAttempt {
  /** The account, in lower case; absent where a code is tried, which nobody guesses. */
  readonly email?: string;
  /** The client's address; absent where it is not known. */
  readonly address: string | undefined;
  readonly now: number;
}

/**
 * Counts an attempt to sign in, before anything is looked at. The buckets are in the database, so that all
 * replicas count together. Returns how to give it back: when it was right.
 *
 * An account's bucket lets others keep its owner from signing in, for a minute at a time; without one a
 * password could be tried from many addresses at once.
 *
 * @throws ApiRefusal `RATE_LIMITED` with the seconds until the next attempt
 */
export async function countLogin(
  queries: Queries,
  { email, address, now }: LoginAttempt,
): Promise<() => Promise<void>> {
  const buckets: (readonly [string, Bucket])[] = [];
  // The address first: who has used up theirs does not use up an account's.
  if (address !== undefined) buckets.push([`address:${networkOf(address)}`, ADDRESS]);
  if (email !== undefined) buckets.push([accountOf(email), ACCOUNT]);
  const taken: (readonly [string, Bucket])[] = [];
  for (const [name, bucket] of buckets) {
    const key = hashSecret(name);
    if (!(await take(queries, key, { bucket, now }))) {
      throw await emptyBucket(queries, key, { bucket, now });
    }
    taken.push([key, bucket]);
  }
  return () => giveBack(queries, taken);
}

/** Lets an account be tried again at once. */
export async function forgetAttempts(queries: Queries, email: string): Promise<void> {
  await queries
    .deleteFrom("login_throttle")
    .where("key", "=", hashSecret(accountOf(email)))
    .execute();
}

function accountOf(email: string): string {
  return `account:${email}`;
}

/** Never rejects: who is signed in already must not hear of it. */
async function giveBack(
  queries: Queries,
  taken: readonly (readonly [string, Bucket])[],
): Promise<void> {
  try {
    for (const [key, { refillMs }] of taken) {
      await queries
        .updateTable("login_throttle")
        .set((row) => ({ full_at: row("full_at", "-", refillMs) }))
        .where("key", "=", key)
        .execute();
    }
  } catch {
    // The bucket refills by itself.
  }
}

/**
 * A bucket as the one moment it is full again: the later, the emptier. Taking moves it on by one refill, as
 * long as it stays within what the bucket holds; one statement, so that two cannot take the same.
 */
async function take(
  queries: Queries,
  key: string,
  { bucket: { attempts, refillMs }, now }: { readonly bucket: Bucket; readonly now: number },
): Promise<boolean> {
  const taken = await queries
    .insertInto("login_throttle")
    .values({ key, full_at: now + refillMs })
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet((row) => ({
          full_at: row
            .case()
            .when("login_throttle.full_at", ">", now)
            .then(row("login_throttle.full_at", "+", refillMs))
            .else(row.val(now + refillMs))
            .end(),
        }))
        .where("login_throttle.full_at", "<=", now + (attempts - 1) * refillMs),
    )
    .returning("key")
    .executeTakeFirst();
  return taken !== undefined;
}

async function emptyBucket(
  queries: Queries,
  key: string,
  { bucket: { attempts, refillMs }, now }: { readonly bucket: Bucket; readonly now: number },
): Promise<ApiRefusal> {
  const row = await queries
    .selectFrom("login_throttle")
    .select("full_at")
    .where("key", "=", key)
    .executeTakeFirst();
  const waitMs = (row?.full_at ?? now) - now - (attempts - 1) * refillMs;
  return new ApiRefusal("RATE_LIMITED", "too many attempts to sign in", {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

/** Of IPv6 the first 64 bits: the rest is one customer's to choose from. */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  if (!isIPv6(plain)) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
