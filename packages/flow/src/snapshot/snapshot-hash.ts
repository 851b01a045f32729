import { canonicalJson } from "./canonical-json.ts";
import type { Snapshot } from "./snapshot.ts";

/** Returns SHA-256 of the snapshot's canonical JSON, as 64 lowercase hex digits: its identity. */
export async function snapshotHash(snapshot: Snapshot): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(snapshot));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
