export {
  decodeBase64,
  decodeBase64Url,
  encodeBase64,
  encodeBase64Url,
  EncodingError,
} from "./base64.ts";
export type {
  Bytes,
  EcCurve,
  EcHash,
  EcdsaProvider,
  EcdsaSigningKey,
  EcdsaVerificationKey,
  MaybePromise,
} from "./ecdsa.ts";
export {
  decodeEcdsaSignature,
  EcdsaSignatureError,
  encodeEcdsaSignature,
} from "./ecdsa-signature.ts";
export { encodeHex } from "./hex.ts";
export { parseCertificatePem, parsePrivateKeyPem, parsePublicKeyPem, PemError } from "./pem.ts";
export { verifyRsaSignature } from "./rsa-signature.ts";
export { sha256 } from "./sha256.ts";
export { webCryptoEcdsa } from "./web-crypto-ecdsa.ts";
