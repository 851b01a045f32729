export type {
  Bytes,
  EcCurve,
  EcHash,
  EcdsaProvider,
  EcdsaSigningKey,
  EcdsaVerificationKey,
  MaybePromise,
} from "./ecdsa.ts";
