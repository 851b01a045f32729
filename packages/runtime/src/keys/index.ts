export { openAppKeys, PSEUDONYM_KEY_BYTES, sealAppKeys } from "./app-keys.ts";
export type { DeliveredSigningKey } from "./app-keys.ts";
export { pseudonymOf } from "./pseudonym.ts";
export { webCryptography } from "../ports/web-cryptography.ts";
export type { SealingKey } from "../ports/cryptography.ts";
export { deriveRuntimeKeys } from "./runtime-secret.ts";
export type { RuntimeKeys } from "./runtime-secret.ts";
