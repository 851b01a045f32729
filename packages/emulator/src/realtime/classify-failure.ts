import type { TransportFailure } from "./send-attempt-result.ts";

/** The connection was there and went away. */
const CLOSED_CODES = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** What OpenSSL and Node say when they do not trust a server or cannot talk with it. */
const TLS_CODE =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/v;

/**
 * Returns Apple's name for why `fetch` failed. Apple's pages say what each name means, not where its
 * borders are: no connection is SOCKET_ISSUE, one closed without an answer NO_RESPONSE, one closed
 * within the answer PREMATURE_CLOSE (UNCONFIRMED).
 */
export function classifyFailure(error: unknown, hasAnswerBegun: boolean): TransportFailure {
  if (error instanceof Error && error.name === "AbortError") return "OTHER";
  if (hasAnswerBegun) return "PREMATURE_CLOSE";
  const codes = codesOf(error);
  if (codes.some((code) => TLS_CODE.test(code))) return "TLS_ISSUE";
  if (codes.some((code) => code.startsWith("HPE_"))) return "INVALID_RESPONSE";
  if (codes.some((code) => CLOSED_CODES.has(code))) return "NO_RESPONSE";
  return codes.length > 0 ? "SOCKET_ISSUE" : "OTHER";
}

/** The codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  let current = error;
  while (current instanceof Error) {
    if ("code" in current && typeof current.code === "string") codes.push(current.code);
    current = current.cause;
  }
  return codes;
}
