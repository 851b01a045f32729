import type { Credentials } from "./caller.ts";

/** Longer ones are none of ours. */
const MAX_SECRET_LENGTH = 256;

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/**
 * Returns what a request's headers say of who sends it. An Authorization header counts alone: one that is
 * wrong does not fall back to the cookie, so that a caller never acts as somebody they did not name.
 */
export function readCredentials(headers: Headers, cookieName: string): Credentials {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    return { kind: "bearer", secret: shortened(BEARER.exec(authorization)?.[1] ?? "") };
  }
  const secret = readCookie(headers, cookieName);
  return secret === undefined ? { kind: "none" } : { kind: "cookie", secret: shortened(secret) };
}

/** Returns the value of a cookie of a request; of several with the name the first, as browsers sort the most specific first. */
export function readCookie(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

function shortened(secret: string): string {
  return secret.length > MAX_SECRET_LENGTH ? "" : secret;
}
