import { REALTIME_URL_MAX_CHARACTERS } from "../limits.ts";
import type { ContentProblem } from "./content-problem.ts";

/**
 * Checks the URL Apple is to ask: `https://`, a host that is not this machine or a private network,
 * at most 256 characters, of those RFC 3986 knows, no credentials, no fragment. A message shows no
 * credentials.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/realtimeurl
 */
export function checkRealtimeUrl(url: string): readonly ContentProblem<"REALTIME_URL_INVALID">[] {
  const message = problemOf(url);
  if (message === undefined) return [];
  return [{ code: "REALTIME_URL_INVALID", severity: "error", path: [], message }];
}

function problemOf(url: string): string | undefined {
  if (url.length > REALTIME_URL_MAX_CHARACTERS) {
    return `the URL has ${url.length} characters; Apple takes at most ${REALTIME_URL_MAX_CHARACTERS}`;
  }
  if (!url.startsWith("https://")) return "the URL must start with https://";
  if (!URL_CHARACTERS.test(url)) {
    return "the URL has characters that none may have; write them as %XX, a host of other letters as xn--…";
  }
  if (!URL.canParse(url)) return "this is no URL";
  return partProblem(new URL(url));
}

/**
 * What a URL is made of: no spaces, double quotes, backticks, backslashes, braces or other alphabets,
 * which readers take differently, and which a shell or a page may take for something else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-2
 */
const URL_CHARACTERS = /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;

/** The parts of a URL that Apple's documents do not speak of, but that cannot work. */
function partProblem({ hostname, username, password, href }: URL): string | undefined {
  if (username !== "" || password !== "") return "the URL must have no user name or password in it";
  if (href.includes("#")) return "the URL must have no fragment (#…): it is never sent";
  if (!NOT_PUBLIC.some((pattern) => pattern.test(hostname))) return undefined;
  return `Apple cannot reach "${hostname}", which is this machine or a private network; use a public host`;
}

/** Hosts as `URL` writes them: lowercase, addresses in their shortest form. */
const NOT_PUBLIC = [
  /^(?:.+\.)?localhost\.?$/,
  /\.(?:local|internal|home\.arpa)\.?$/,
  /^(?:0|10|127)(?:\.\d+){3}$/,
  /^172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}$/,
  /^(?:169\.254|192\.168)(?:\.\d+){2}$/,
  /^\[::1?\]$/,
  /^\[f[cd][0-9a-f]{2}:/,
  /^\[fe[89ab][0-9a-f]:/,
];
