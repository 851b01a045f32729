import type { Selectable } from "kysely";
import type { ConnectKeysTable, InAppPurchaseKeysTable } from "./tables.ts";

/** What both kinds of key show. Never the private part. */
interface StoredKey {
  readonly keyId: string;
  /** The one active key is used; others stand by. */
  readonly state: "active" | "standby";
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** To the minute; absent before. */
  readonly lastUsedAt?: number | undefined;
}

/** An In-App Purchase key. */
export interface StoredInAppPurchaseKey extends StoredKey {
  readonly issuerId: string;
}

/** An App Store Connect key. */
export interface StoredConnectKey extends StoredKey {
  readonly kind: "team" | "individual";
  /** Of a team's key. */
  readonly issuerId?: string | undefined;
}

/** Returns an In-App Purchase key from its row. */
export function inAppPurchaseKeyOf(
  row: Selectable<InAppPurchaseKeysTable>,
): StoredInAppPurchaseKey {
  return { ...commonOf(row), issuerId: row.issuer_id };
}

/** Returns an App Store Connect key from its row. */
export function connectKeyOf(row: Selectable<ConnectKeysTable>): StoredConnectKey {
  const { kind, issuer_id: issuerId } = row;
  return { ...commonOf(row), kind, ...(issuerId === null ? {} : { issuerId }) };
}

function commonOf(row: Selectable<InAppPurchaseKeysTable | ConnectKeysTable>): StoredKey {
  return {
    keyId: row.key_id,
    state: row.is_active === 1 ? "active" : "standby",
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}
