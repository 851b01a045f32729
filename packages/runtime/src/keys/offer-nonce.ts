import type { Bytes, MaybePromise } from "@holdfast/appstore/crypto";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { HmacKey } from "../ports/cryptography.ts";

const encoder = new TextEncoder();

/**
 * Returns the one-time nonce of an offer's signature: a lowercase UUID that is the same on every
 * host for the same request, and a secret's worth of random for everyone else.
 *
 * HMAC-SHA-256 over `app|environment|requestIdentifier`, the first 16 bytes with the bits of
 * version 4 and of the RFC 9562 variant set.
 */
export function offerNonce(
  key: HmacKey,
  request: {
    readonly app: string;
    readonly environment: FlowEnvironment;
    readonly requestIdentifier: string;
  },
): MaybePromise<string> {
  const { app, environment, requestIdentifier } = request;
  const code = key.mac(encoder.encode(`${app}|${environment}|${requestIdentifier}`));
  return code instanceof Promise ? code.then(uuidOf) : uuidOf(code);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function uuidOf(code: Bytes): string {
  let uuid = "";
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) uuid += "-";
    uuid += HEX[withUuidBits(index, code[index] ?? 0)];
  }
  return uuid;
}

/* eslint-disable no-bitwise -- RFC 9562 speaks of bits */
function withUuidBits(index: number, byte: number): number {
  if (index === 6) return (byte & 0x0f) | 0x40;
  if (index === 8) return (byte & 0x3f) | 0x80;
  return byte;
}
