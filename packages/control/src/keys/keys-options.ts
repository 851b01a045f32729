import type { Keyring } from "../secrets/index.ts";
import type { Database } from "../storage/index.ts";
import type { AppleClients } from "./apple-clients.ts";
import type { KeyDeletionRules } from "./in-app-purchase-keys.ts";

/** What the operations on keys need. */
export interface KeysFeatureOptions extends KeyDeletionRules {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly clients: AppleClients;
}
