export { createKeyring } from "./keyring.ts";
export type { Keyring, SealedSecret, SecretBinding } from "./keyring.ts";
export { loadMasterKeys, loadRuntimeSecret } from "./load-secret.ts";
export type { MasterKeys, SecretSources } from "./load-secret.ts";
export {
  addMasterKey,
  checkMasterKeys,
  dropPreviousMasterKeys,
  rotateMasterKey,
} from "./rotate-master-key.ts";
export type { RotationOptions } from "./rotate-master-key.ts";
export type { SecretErrorCode } from "./secret-error.ts";
export { deleteSecret, deleteSecretsOfApp, insertSecret, openSecret } from "./stored-secrets.ts";
