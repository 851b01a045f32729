export { askChainRevocation, chainOf, verifyChainText } from "./chain-revocation.ts";
export type { AskingMeans, ChainRevocation } from "./chain-revocation.ts";
export type { CertificateStatus } from "./parse-ocsp-response.ts";
export { BadOcspResponse, OcspFailure, RefusedOcspResponse } from "./revocation-error.ts";
export type { ChainText } from "../signed-data/protected-header.ts";
