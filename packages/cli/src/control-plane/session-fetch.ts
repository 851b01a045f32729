import type { ApiFetch } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";

/**
 * Returns a `fetch` for one person's session with one server: it keeps the cookies the server sets and sends
 * them back, in memory alone.
 */
export function createSessionFetch({ fetch }: Pick<Io, "fetch">): ApiFetch {
  const cookies = new Map<string, string>();
  return async (url, init) => {
    const headers = new Headers(init.headers);
    const pairs = [...cookies].map(([name, value]) => `${name}=${value}`);
    if (pairs.length > 0) {
      headers.set("Cookie", pairs.join("; "));
      // A cookie alone could be another page's doing, so the server asks where a request is from.
      headers.set("Sec-Fetch-Site", "same-origin");
    }
    const response = await fetch(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(";")[0] ?? "";
      const at = pair.indexOf("=");
      if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
    }
    return response;
  };
}
