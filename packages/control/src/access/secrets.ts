import { createHash, randomBytes } from "node:crypto";

/** Bytes of a secret: nobody guesses 256 bits, so a plain hash keeps it as well as a slow one. */
const SECRET_BYTES = 32;

/** What the secrets of API tokens begin with, so that people and scanners know one when they see it. */
export const TOKEN_PREFIX = "hf_";

/** Fills as many random bytes as asked; a test passes its own. */
export type RandomBytes = (size: number) => Uint8Array;

/** The system's generator. */
export const systemRandomBytes: RandomBytes = (size) => randomBytes(size);

/** Returns a new secret: 43 characters of base64url. */
export function newSecret(random: RandomBytes): string {
  return Buffer.from(random(SECRET_BYTES)).toString("base64url");
}

/** Returns what is kept of a secret: its SHA-256 in hex. Rows are found by it, so no comparison tells how much of a guess was right. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
