import { UsageError } from "../errors/index.ts";
import type { ApiRequest } from "./api-request.ts";

/**
 * Returns the URL of a call, each segment of its path percent-encoded.
 *
 * @throws UsageError `PATH_SEGMENT_INVALID` for an empty segment, `.` and `..`: no encoding keeps a
 *   URL from being shortened by these, and the call would reach another resource
 */
export function createRequestUrl(baseUrl: string, request: ApiRequest): string {
  const path = request.path.map((segment) => encodeSegment(segment, request.operation)).join("/");
  const query = request.query?.toString() ?? "";
  return `${baseUrl}/${path}${query === "" ? "" : `?${query}`}`;
}

function encodeSegment(segment: string, operation: string): string {
  if (segment !== "" && segment !== "." && segment !== ".." && segment.isWellFormed()) {
    return encodeURIComponent(segment);
  }
  throw new UsageError(
    "PATH_SEGMENT_INVALID",
    `${operation}: expected every identifier in the path to be a text other than "", "." and ".."`,
  );
}
