import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { readPseudonymKey } from "../apps/index.ts";
import type { Keyring, SecretBinding } from "../secrets/index.ts";
import { insertSecret, openSecret } from "../secrets/index.ts";
import { isStorageError } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/**
 * How one app's subscriptions, transactions and accounts are called in rows, logs and URLs, and how the id
 * behind a pseudonym is kept: AES-256-GCM under a key of the app that lies sealed under the master key.
 */
export interface SubscriptionIds {
  /** HMAC-SHA-256 of originalTransactionId, base64url: as runtimes call the subscription. */
  pseudonymOf(originalTransactionId: string): string;
  /** Of any transaction's id; says nothing about the subscription's pseudonym. */
  transactionHashOf(transactionId: string): string;
  /** Of appAccountToken, in whatever case it comes. */
  accountHashOf(appAccountToken: string): string;
  /** Seals originalTransactionId for the row of its pseudonym: it opens for no other. */
  seal(place: SubscriptionPlace, pseudonym: string, originalTransactionId: string): string;
  /** Returns originalTransactionId; undefined where it does not open. */
  open(place: SubscriptionPlace, pseudonym: string, sealedId: string): string | undefined;
  /** Seals what is not to be read in a row that is called `name`: it opens for no other. */
  sealBytes(place: SubscriptionPlace, name: string, content: Uint8Array): Uint8Array;
  /** Returns what {@link sealBytes} was given; undefined where it does not open. */
  openBytes(place: SubscriptionPlace, name: string, sealed: Uint8Array): Uint8Array | undefined;
}

/**
 * Returns what calls an app's subscriptions; inside a transaction, with its queries. Throws SECRET_NOT_FOUND
 * for an app that is none.
 */
export type FindSubscriptionIds = (app: string, inside?: Queries) => Promise<SubscriptionIds>;

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = "1";

/** Returns what finds the ids of any app; keys are opened once. */
export function createSubscriptionIds({
  queries,
  keyring,
}: {
  readonly queries: Queries;
  readonly keyring: Keyring;
}): FindSubscriptionIds {
  const opened = new Map<string, SubscriptionIds>();
  return async (app, inside = queries) => {
    // An app that was deleted and made anew under its id has other keys.
    const incarnation = await incarnationOf(inside, app);
    const known = opened.get(incarnation);
    if (known !== undefined) return known;
    const pseudonymKey = await readPseudonymKey(inside, keyring, app);
    const sealing = await readSealingKey(inside, keyring, app);
    const ids = createIds(pseudonymKey, sealing.key);
    // A key that a transaction has just made may never be committed: it is read again after that.
    if (inside === queries || !sealing.isNew) opened.set(incarnation, ids);
    return ids;
  };
}

async function incarnationOf(queries: Queries, app: string): Promise<string> {
  const row = await queries
    .selectFrom("apps")
    .select("created_at")
    .where("id", "=", app)
    .executeTakeFirst();
  return `${app} ${row?.created_at ?? ""}`;
}

function createIds(pseudonymKey: Bytes, sealingKey: Bytes): SubscriptionIds {
  const codesKey = new Uint8Array(
    hkdfSync("sha256", pseudonymKey, new Uint8Array(0), "subscription-codes/v1", KEY_BYTES),
  );
  return {
    pseudonymOf: (id) => mac(pseudonymKey, id),
    transactionHashOf: (id) => mac(codesKey, `transaction:${id}`),
    accountHashOf: (token) => mac(codesKey, `account:${token.toLowerCase()}`),
    seal(place, pseudonym, id) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce);
      cipher.setAAD(associatedData(place, pseudonym));
      const sealed = [nonce, cipher.update(id, "utf8"), cipher.final(), cipher.getAuthTag()];
      return `${VERSION}.${Buffer.concat(sealed).toString("base64url")}`;
    },
    open(place, pseudonym, sealedId) {
      const [version, content = ""] = sealedId.split(".");
      const bytes = Buffer.from(content, "base64url");
      if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", sealingKey, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(associatedData(place, pseudonym));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
    sealBytes(place, name, content) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce);
      cipher.setAAD(bytesData(place, name));
      return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    },
    openBytes(place, name, sealed) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", sealingKey, nonce);
      decipher.setAAD(bytesData(place, name));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const content = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([content, decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

function mac(key: Bytes, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

function associatedData({ app, environment }: SubscriptionPlace, pseudonym: string): Buffer {
  return Buffer.from(`${app}|${environment}|subscription|${pseudonym}|${VERSION}`);
}

/** Of another form than {@link associatedData}: neither opens what the other sealed. */
function bytesData({ app, environment }: SubscriptionPlace, name: string): Buffer {
  return Buffer.from(`${app}|${environment}|bytes|${VERSION}|${name}`);
}

/** Returns the key an app's subscription ids lie under; the first who needs it makes it. */
async function readSealingKey(
  queries: Queries,
  keyring: Keyring,
  app: string,
): Promise<{ readonly key: Bytes; readonly isNew: boolean }> {
  const binding: SecretBinding = {
    app,
    environment: "both",
    purpose: "subscriptionKey",
    keyId: "1",
  };
  try {
    return { key: await openSecret(queries, keyring, binding), isNew: false };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "SECRET_NOT_FOUND")) {
      throw error;
    }
  }
  const key = new Uint8Array(randomBytes(KEY_BYTES));
  try {
    await insertSecret(queries, binding, await keyring.seal(key, binding));
    return { key, isNew: true };
  } catch (error) {
    if (!isStorageError(error, "DATABASE_DUPLICATE")) throw error;
    return { key: await openSecret(queries, keyring, binding), isNew: false };
  }
}
