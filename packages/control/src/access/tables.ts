import type { Role } from "@holdfast/api";
import type { JsonText } from "../storage/json-text.ts";

/** The apps a role counts for: all, later ones too, or these. */
export type AppScope = "all" | readonly string[];

/** People who can sign in. Rows are disabled, never deleted: the audit log names them. */
export interface PeopleTable {
  readonly id: string;
  /** In lower case, NFC; unique. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly apps: JsonText<AppScope>;
  readonly is_disabled: 0 | 1;
  /** Argon2id in PHC form; null for who signs in through a provider only. */
  readonly password_hash: string | null;
  /** Rises with every edit; what ETags are made of. */
  readonly version: number;
  readonly created_at: number;
  readonly last_seen_at: number | null;
}

/** Links to join by that were not used yet. */
export interface InvitationsTable {
  readonly id: string;
  /** SHA-256 of the code in hex. */
  readonly code_hash: string;
  readonly email: string;
  readonly role: Role;
  readonly apps: JsonText<AppScope>;
  readonly invited_by: string;
  readonly created_at: number;
  readonly expires_at: number;
}

/** One-time codes to make the first admin with: one for each start of a server that had none. */
export interface SetupCodesTable {
  readonly code_hash: string;
  readonly created_at: number;
  readonly expires_at: number;
}

/** People signed in by a cookie. */
export interface SessionsTable {
  /** What people see and revoke it by; opens nothing. */
  readonly id: string;
  /** SHA-256 of the cookie's value in hex. */
  readonly secret_hash: string;
  readonly person: string;
  /** The browser as it names itself, cut. */
  readonly user_agent: string | null;
  readonly created_at: number;
  /** To the minute. */
  readonly last_seen_at: number;
  /** When it ends however much it is used. */
  readonly expires_at: number;
}

/** Bearer tokens. */
export interface ApiTokensTable {
  readonly id: string;
  /** SHA-256 of the secret in hex. */
  readonly secret_hash: string;
  /** Whose it is: it ends with the person, and never may more than they. */
  readonly person: string;
  readonly name: string;
  readonly role: Role | "runtime";
  readonly apps: JsonText<AppScope>;
  readonly created_at: number;
  readonly expires_at: number | null;
  /** To the minute. */
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

/** How much is left of the attempts to sign in, for accounts and addresses. */
export interface LoginThrottleTable {
  /** SHA-256 in hex of what is counted: what people type by mistake is not kept. */
  readonly key: string;
  /** When the bucket is full again, in ms: the later, the less is left. */
  readonly full_at: number;
}

/** Who people are at their OpenID provider. */
export interface IdentitiesTable {
  readonly issuer: string;
  readonly subject: string;
  readonly person: string;
  readonly created_at: number;
}

/** Logins that went to the OpenID provider and have not come back. */
export interface ProviderLoginsTable {
  /** SHA-256 in hex of the cookie that ties it to one browser. */
  readonly secret_hash: string;
  readonly state: string;
  readonly nonce: string;
  readonly code_verifier: string;
  /** A path of ours to go to afterwards. */
  readonly return_to: string;
  readonly expires_at: number;
}
