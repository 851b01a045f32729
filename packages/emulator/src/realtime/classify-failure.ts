import type { TransportFailure } from "./send-attempt-result.ts";

/** The connection was there and went away. */
const CLOSED_CODES = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** What OpenSSL and Node say when they do not trust a server or cannot talk with it. */
const TLS_CODE =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/v;

/** The platform's fetch says so when what came is not HTTP. */
const NOT_HTTP = "HTTPParserError";

/**
 * Returns Apple's name for why `fetch` failed. Apple's pages say what each name means, not where its
 * borders are: no connection is SOCKET_ISSUE, one closed without an answer NO_RESPONSE, one closed
 * within the answer PREMATURE_CLOSE (UNCONFIRMED).
 */
export function classifyFailure(error: unknown, hasAnswerBegun: boolean): TransportFailure {
  const [failure, ...causes] = chainOf(error);
  if (failure === undefined || failure.name === "AbortError") return "OTHER";
  if (hasAnswerBegun) return "PREMATURE_CLOSE";
  const all = [failure, ...causes];
  if (all.some(({ name }) => name === NOT_HTTP)) return "INVALID_RESPONSE";
  const codes = all.flatMap((one) =>
    "code" in one && typeof one.code === "string" ? [one.code] : [],
  );
  if (codes.some((code) => TLS_CODE.test(code))) return "TLS_ISSUE";
  if (codes.some((code) => CLOSED_CODES.has(code))) return "NO_RESPONSE";
  return codes.length > 0 ? "SOCKET_ISSUE" : "OTHER";
}

/** An error and what caused it, outermost first. */
function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let current = error; current instanceof Error; current = current.cause) chain.push(current);
  return chain;
}
