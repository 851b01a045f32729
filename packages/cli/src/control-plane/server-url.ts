import { UsageError } from "@holdfast/appstore/errors";
import { parseApiBaseUrl } from "@holdfast/appstore/http";

/**
 * Returns the URL of a control plane without a slash at its end: the name its login is stored under.
 *
 * @param origin - where the text is from, for the error, like `--server`
 * @throws UsageError `SERVER_INVALID`; the message does not repeat the text, which may hold a password
 */
export function parseServerUrl(text: string, origin: string): string {
  try {
    return parseApiBaseUrl(text.trim());
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(
      "SERVER_INVALID",
      `${origin}: expected https, or http on this machine alone, like https://holdfast.example.com or http://127.0.0.1:8787, without a user, a query or a fragment`,
      { cause },
    );
  }
}
