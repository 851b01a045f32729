import type { Feature } from "../http/index.ts";
import { connectKeyOperations } from "./connect-key-operations.ts";
import { inAppPurchaseKeyOperations } from "./in-app-purchase-key-operations.ts";
import type { KeysFeatureOptions } from "./keys-options.ts";

/** Returns the operations on both kinds of key. */
export function createKeysFeature(options: KeysFeatureOptions): Feature {
  return {
    operations: [...inAppPurchaseKeyOperations(options), ...connectKeyOperations(options)],
  };
}
