import { ApiRefusal, etagOf } from "@holdfast/api/server";

/**
 * Refuses an edit of another version than the one that is there. For the look before a change; the change
 * itself writes `where version = …` and calls {@link versionMoved} when that finds nothing.
 *
 * @throws ApiRefusal `PRECONDITION_FAILED` with the ETag of now
 */
export function assertMatch(ifMatch: string, version: string | number): void {
  if (ifMatch !== etagOf(version)) throw versionMoved(version);
}

/** Returns the refusal of an edit of a version that is not there any more, with the ETag of now where it is known. */
export function versionMoved(version?: string | number): ApiRefusal {
  const current = version === undefined ? {} : { current: { etag: etagOf(version) } };
  const message = "it was changed since the ETag of If-Match was read";
  return new ApiRefusal("PRECONDITION_FAILED", message, current);
}
