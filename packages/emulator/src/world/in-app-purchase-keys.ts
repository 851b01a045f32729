import { join } from "node:path";
import { makePrivateDirectory } from "../files/write-file-atomically.ts";
import type { AppDefinition } from "./app-definition.ts";
import { openPrivateKey } from "./private-key.ts";
import type { InAppPurchaseKey } from "./world.ts";

/**
 * Returns the In-App Purchase keys of an app: those kept in `directory`, and new ones, then kept, for
 * the rest; without a directory all are new. Throws `STATE_UNREADABLE` for a file that is no key.
 */
export function openInAppPurchaseKeys(
  { id, keyIds }: Pick<AppDefinition, "id" | "keyIds">,
  directory: string | undefined,
): readonly InAppPurchaseKey[] {
  if (directory !== undefined) makePrivateDirectory(directory);
  return keyIds.map((keyId) => {
    // As App Store Connect names the file it lets one download.
    const file = `SubscriptionKey_${keyId}.p8`;
    const path = directory === undefined ? undefined : join(directory, id, file);
    return { keyId, ...openPrivateKey(path) };
  });
}
