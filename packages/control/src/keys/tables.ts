/** What both kinds of key have. The private part is with the secrets. */
interface KeyColumns {
  readonly app: string;
  readonly key_id: string;
  /** SHA-256 of the public key in lowercase hex: tells when one file was added as two keys. */
  readonly public_key_hash: string;
  /** 1 for the one key of the app that is used. */
  readonly is_active: 0 | 1;
  readonly created_at: number;
  /** To the minute. */
  readonly last_used_at: number | null;
}

/** In-App Purchase keys. */
export interface InAppPurchaseKeysTable extends KeyColumns {
  readonly issuer_id: string;
}

/** App Store Connect keys. */
export interface ConnectKeysTable extends KeyColumns {
  readonly kind: "team" | "individual";
  /** Null for an individual key. */
  readonly issuer_id: string | null;
}
