export {
  type ChainCertificate,
  createOcspResponder,
  type OcspChange,
  type OcspMode,
  type OcspResponder,
  type OcspState,
} from "./ocsp-responder.ts";
export type { CertificateStatus } from "./ocsp-response.ts";
