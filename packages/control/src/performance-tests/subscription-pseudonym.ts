import { pseudonymOf, webCryptography } from "@holdfast/runtime/keys";
import { readPseudonymKey } from "../apps/index.ts";
import type { Keyring } from "../secrets/index.ts";
import type { Queries } from "../storage/index.ts";

/** What a pseudonym is made with. */
export interface PseudonymMeans {
  readonly queries: Queries;
  readonly keyring: Keyring;
}

/**
 * Returns a subscription's pseudonym, the one runtimes make of it.
 *
 * @throws what opening the app's pseudonym key throws: `SECRET_NOT_FOUND`, `SECRET_KEY_UNKNOWN`,
 *   `SECRET_SEAL_BROKEN`
 */
export async function subscriptionPseudonym(
  { queries, keyring }: PseudonymMeans,
  app: string,
  originalTransactionId: string,
): Promise<string> {
  const raw = await readPseudonymKey(queries, keyring, app);
  const key = await webCryptography.importHmacKey(raw);
  return pseudonymOf(key, originalTransactionId);
}
