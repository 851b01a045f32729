export { type CertificateAuthority, openCertificateAuthority } from "./certificate-authority.ts";
export type { Certificates, OcspIssuer } from "./certificates.ts";
export type { Issued } from "./issue-certificate.ts";
export type { OddChainKind, SigningChain } from "./odd-chain.ts";
export { signPayload } from "./sign-payload.ts";
