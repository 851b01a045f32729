import { readCookie } from "./credentials.ts";
import type { Client } from "./implementation.ts";

/** The most characters of a browser's name that are kept. */
const MAX_USER_AGENT_LENGTH = 200;

/** What is read of a request, and what the listener knows beside it. */
export interface ReadClientOptions {
  readonly address: string | undefined;
  /** The name of the session's cookie. */
  readonly cookieName: string;
}

/** Returns what is known of the other end of a request's connection. */
export function readClient(
  { headers }: Request,
  { address, cookieName }: ReadClientOptions,
): Client {
  return {
    address,
    userAgent: readUserAgent(headers),
    sessionSecret: readCookie(headers, cookieName),
  };
}

/** As it can be shown: one line, not empty. */
function readUserAgent(headers: Headers): string | undefined {
  const line = (headers.get("user-agent") ?? "").replace(/\p{Cc}/gu, " ").trim();
  return line === "" ? undefined : line.slice(0, MAX_USER_AGENT_LENGTH).toWellFormed();
}
