export { revocationsJob } from "./ask-chains.ts";
export { createRevocationGuard } from "./revocation-guard.ts";
export type { RevocationGuard } from "./revocation-guard.ts";
export { readKnownRevocations } from "./revocation-chains.ts";
export { revocationWarnings } from "./revocation-warnings.ts";
export { createRevocationsFeature } from "./revocations-feature.ts";
