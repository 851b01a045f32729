import { CompactSign } from "jose";
import type { SigningChain } from "./odd-chain.ts";

/**
 * Returns `payload` as the App Store signs everything: a compact JWS, ES256 by the chain's leaf, with
 * the chain's three certificates (standard base64 of DER) in its header.
 */
export async function signPayload(
  payload: object,
  { leaf, intermediate, root }: SigningChain,
): Promise<string> {
  const x5c = [leaf, intermediate, root].map(({ certificate }) => certificate.toString("base64"));
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "ES256", x5c })
    .sign(leaf.keys.privateKey);
}
