import type { Role } from "@holdfast/api";

/** Who is calling, and what they may do as of this request. */
export interface Caller {
  readonly kind: "person" | "token";
  /** The person's or the token's id. */
  readonly id: string;
  /** The person; of a token, the one whose it is. */
  readonly person: string;
  readonly name: string;
  readonly role: Role | "runtime";
  /** The apps the role counts for: all, later ones too, or these. */
  readonly apps: "all" | readonly string[];
  /** The id of the session they are signed in by; absent for tokens. */
  readonly session?: string;
  /** When the session or the token ends, ms since 1970; absent where it does not. */
  readonly expiresAt?: number;
}

/** What a request says of who sends it: nothing of it is checked. */
export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "bearer"; readonly secret: string }
  | { readonly kind: "cookie"; readonly secret: string };

/**
 * Returns who is calling; undefined where the credentials are wrong, expired or revoked.
 *
 * @throws what the database throws
 */
export type Authenticate = (
  credentials: Exclude<Credentials, { readonly kind: "none" }>,
) => Promise<Caller | undefined>;

/** Tells whether a caller's role counts for an app. */
export function coversApp({ apps }: Pick<Caller, "apps">, app: string): boolean {
  return apps === "all" || apps.includes(app);
}
