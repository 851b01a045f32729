import { UsageError } from "../errors/index.ts";

/**
 * Returns a base URL without a slash at its end. It may hold a path, like
 * `http://127.0.0.1:8788/sandbox`.
 *
 * It must be `https`, for a token goes there with every call; `http` is allowed on this machine
 * alone (`localhost`, `127.0.0.0/8`, `::1`), where an emulator listens.
 *
 * @throws UsageError `BASE_URL_INVALID`
 */
export function parseApiBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself may hold a password, so no message repeats it.
  if (url === undefined) throw invalid("it is not an absolute URL");
  if (url.username !== "" || url.password !== "") throw invalid("it holds a user or a password");
  if (url.search !== "" || url.hash !== "") throw invalid("it holds a query or a fragment");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw invalid(`it is http to ${url.hostname}, which is another machine`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid(`its scheme is ${url.protocol}`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** `hostname` as `URL` spells it: IPv4 in four decimal parts, IPv6 in brackets and shortest. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function invalid(what: string): UsageError<"BASE_URL_INVALID"> {
  return new UsageError(
    "BASE_URL_INVALID",
    "base URL: expected https, or http on this machine, with nothing after the path, " +
      `like https://api.storekit.apple.com or http://127.0.0.1:8788; ${what}`,
  );
}
