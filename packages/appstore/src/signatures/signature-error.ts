import { UsageError } from "../errors/index.ts";

/**
 * How signing can be asked for wrongly.
 *
 * - `PRIVATE_KEY_INVALID`: not a P-256 private key in PKCS#8
 * - `KEY_IDENTITY_INVALID`: an empty key id or issuer id
 * - `SIGNATURE_INPUT_INVALID`: what is to be signed is not what Apple accepts
 */
export type SignatureErrorCode =
  | "PRIVATE_KEY_INVALID"
  | "KEY_IDENTITY_INVALID"
  | "SIGNATURE_INPUT_INVALID";

/** Signing was asked for wrongly. */
export class SignatureError extends UsageError<SignatureErrorCode> {}
