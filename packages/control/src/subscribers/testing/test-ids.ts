import { createHash } from "node:crypto";
import type { SubscriptionIds } from "../subscription-ids.ts";

function code(kind: string, text: string): string {
  return createHash("sha256").update(`${kind}:${text}`).digest("base64url");
}

/** Codes without keys, for tests of what is done with them. */
export const TEST_IDS: SubscriptionIds = {
  pseudonymOf: (id) => code("subscription", id),
  transactionHashOf: (id) => code("transaction", id),
  accountHashOf: (token) => code("account", token.toLowerCase()),
  seal: (_place, _pseudonym, id) => `sealed ${id}`,
  open: (_place, _pseudonym, sealedId) => sealedId.replace("sealed ", ""),
  sealBytes: (_place, _name, content) => content,
  openBytes: (_place, _name, sealed) => sealed,
};
