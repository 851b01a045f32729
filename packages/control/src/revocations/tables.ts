import type { ChainText } from "@holdfast/appstore/revocation";
import type { JsonText } from "../storage/json-text.ts";

/** Certificate chains the App Store was seen to sign under, and what their responders say. */
export interface RevocationChainsTable {
  /** SHA-256 of the leaf certificate, lowercase hex. */
  readonly leaf: string;
  /** SHA-256 of the intermediate certificate, lowercase hex. */
  readonly intermediate: string;
  /** Leaf, intermediate and root, DER in base64. */
  readonly certificates: JsonText<ChainText>;
  readonly seen_at: number;
  /** What was said last; null before the first time. */
  readonly status: "good" | "revoked" | "unknown" | null;
  /** Until when that holds. */
  readonly next_update: number | null;
  /** When it was said. */
  readonly said_at: number | null;
  /** Failed attempts in a row. */
  readonly attempts: number;
  /** The code of why the last attempt failed. */
  readonly problem: string | null;
  /** When it is asked again; null where it is revoked, which is the last word. */
  readonly next_at: number | null;
}
