import { sayInstant } from "../instant.ts";
import type { KeyBody } from "./key-kind.ts";

/** What the columns of keys are called. */
export const KEY_HEAD = ["Key", "State", "Issuer", "Added", "Last used"] as const;

/** Returns the cells of a key. */
export function keyRow(key: KeyBody): readonly string[] {
  const { keyId, state, issuerId, createdAt, lastUsedAt } = key;
  return [
    keyId,
    state,
    issuerId ?? "none: individual",
    sayInstant(createdAt),
    lastUsedAt === undefined ? "never" : sayInstant(lastUsedAt),
  ];
}
