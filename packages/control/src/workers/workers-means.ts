import type { RuntimeKeys } from "@holdfast/runtime/keys";
import type { Keyring } from "../secrets/index.ts";
import type { Database } from "../storage/index.ts";
import type { TargetClients } from "./target-clients.ts";

/** What the functions of Workers work with. */
export interface WorkersMeans extends Pick<TargetClients, "clientOf"> {
  readonly database: Database;
  readonly keyring: Keyring;
  /** What runtimes open their keys with. */
  readonly runtimeKeys: Pick<RuntimeKeys, "sealedValues" | "revocationRecords">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
