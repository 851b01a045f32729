import type { KeyObject } from "node:crypto";
import {
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from "jose";

/**
 * Why a token is refused. Apple says none of it: a refused request gets 401 without a body.
 *
 * - `TOKEN_MISSING`: no `Authorization: Bearer …`
 * - `TOKEN_MALFORMED`: no compact JWS whose header and claims are JSON objects
 * - `ALGORITHM_NOT_ES256`, `TYPE_NOT_JWT`: a header that says something else
 * - `BUNDLE_UNKNOWN`: `bid` names no app there is
 * - `ISSUER_UNKNOWN`: `iss` names no team there is
 * - `KEY_UNKNOWN`: `kid` names no key of the app or team
 * - `SIGNATURE_WRONG`: not made with that key
 * - `ISSUER_WRONG`, `AUDIENCE_WRONG`: claims of somebody, or for somebody, else
 * - `TIMES_MISSING`: no `iat` or no `exp` in seconds
 * - `ISSUED_IN_FUTURE`, `EXPIRED`, `LIFETIME_TOO_LONG`: times that do not fit
 */
export type TokenRefusalReason =
  | "TOKEN_MISSING"
  | "TOKEN_MALFORMED"
  | "ALGORITHM_NOT_ES256"
  | "TYPE_NOT_JWT"
  | "BUNDLE_UNKNOWN"
  | "ISSUER_UNKNOWN"
  | "KEY_UNKNOWN"
  | "SIGNATURE_WRONG"
  | "ISSUER_WRONG"
  | "AUDIENCE_WRONG"
  | "TIMES_MISSING"
  | "ISSUED_IN_FUTURE"
  | "EXPIRED"
  | "LIFETIME_TOO_LONG";

/** Whose key must have signed a token. */
interface TokenSigner<Owner> {
  readonly owner: Owner;
  readonly issuerId: string;
  readonly publicKey: KeyObject;
}

/** What one of Apple's APIs asks of its tokens. */
interface TokenRules<Owner> {
  /** Returns who must have signed a token that says this, or why there is nobody. */
  readonly findSigner: (
    kid: string | undefined,
    claims: JWTPayload,
  ) => TokenSigner<Owner> | TokenRefusalReason;
  /** How long after `iat` a token may end. */
  readonly maxLifetimeSeconds: number;
}

/** Who a good token is of, or why it is refused. */
export type TokenVerdict<Owner> =
  | { readonly owner: Owner; readonly refusal?: never }
  | { readonly refusal: TokenRefusalReason; readonly owner?: never };

/** Who Apple's tokens are for, in all of its developer APIs. */
const AUDIENCE = "appstoreconnect-v1";
/** How far a client's clock may be from ours; ours, and small, for what Apple allows is UNCONFIRMED. */
const CLOCK_SKEW_SECONDS = 30;

/**
 * Judges the value of an Authorization header: shape, header, signer, signature, claims, in this
 * order. `nowMs` is in milliseconds since 1970.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/generating-json-web-tokens-for-api-requests
 */
export async function verifyToken<Owner>(
  authorization: string | null,
  rules: TokenRules<Owner>,
  nowMs: number,
): Promise<TokenVerdict<Owner>> {
  const [, jws] = /^Bearer (\S+)$/iv.exec(authorization ?? "") ?? [];
  if (jws === undefined) return { refusal: "TOKEN_MISSING" };
  const decoded = decode(jws);
  if (decoded === undefined) return { refusal: "TOKEN_MALFORMED" };
  const { header, claims } = decoded;
  if (header.alg !== "ES256") return { refusal: "ALGORITHM_NOT_ES256" };
  // Whether Apple insists on `typ` being there is UNCONFIRMED.
  if (header.typ !== undefined && header.typ !== "JWT") return { refusal: "TYPE_NOT_JWT" };
  const signer = rules.findSigner(header.kid, claims);
  if (typeof signer === "string") return { refusal: signer };
  if (!(await isSignedWith(jws, signer.publicKey))) return { refusal: "SIGNATURE_WRONG" };
  if (claims.iss !== signer.issuerId) return { refusal: "ISSUER_WRONG" };
  if (claims.aud !== AUDIENCE) return { refusal: "AUDIENCE_WRONG" };
  const refusal = refuseTimes(claims, rules.maxLifetimeSeconds, nowMs / 1000);
  return refusal === undefined ? { owner: signer.owner } : { refusal };
}

interface Decoded {
  readonly header: ProtectedHeaderParameters;
  readonly claims: JWTPayload;
}

function decode(jws: string): Decoded | undefined {
  try {
    return { header: decodeProtectedHeader(jws), claims: decodeJwt(jws) };
  } catch {
    return undefined;
  }
}

async function isSignedWith(jws: string, publicKey: KeyObject): Promise<boolean> {
  try {
    await compactVerify(jws, publicKey, { algorithms: ["ES256"] });
    return true;
  } catch {
    return false;
  }
}

function refuseTimes(
  { iat, exp }: JWTPayload,
  maxLifetimeSeconds: number,
  now: number,
): TokenRefusalReason | undefined {
  if (!Number.isFinite(iat) || !Number.isFinite(exp)) return "TIMES_MISSING";
  const [issued, expires] = [Number(iat), Number(exp)];
  if (issued > now + CLOCK_SKEW_SECONDS) return "ISSUED_IN_FUTURE";
  if (expires - issued > maxLifetimeSeconds) return "LIFETIME_TOO_LONG";
  return expires <= now - CLOCK_SKEW_SECONDS ? "EXPIRED" : undefined;
}
