import { malformedAnswerError } from "../http/index.ts";
import type { ApiRequest } from "../http/index.ts";

/**
 * Returns where a link to the next page leads below the base URL. The token goes with the next call,
 * so a link to anywhere else is refused.
 *
 * @throws AppleApiError `APPLE_ANSWER_MALFORMED`
 */
export function parseNextLink(
  link: string,
  { baseUrl, operation }: { readonly baseUrl: string; readonly operation: string },
): Pick<ApiRequest, "path" | "query"> {
  const base = new URL(baseUrl);
  const url = URL.canParse(link, `${baseUrl}/`) ? new URL(link, `${baseUrl}/`) : undefined;
  const root = base.pathname.replace(/\/$/, "");
  if (url === undefined || url.origin !== base.origin || !url.pathname.startsWith(`${root}/`)) {
    throw malformedAnswerError(operation, `expected the next page's link to be below ${baseUrl}`);
  }
  const path = url.pathname
    .slice(root.length + 1)
    .split("/")
    .map(decodeSegment);
  return { path, query: url.searchParams };
}

/** What is not encoded well is taken as it is written. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
