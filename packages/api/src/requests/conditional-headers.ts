/** The most characters of a key, an ETag or a list of ETags. */
const MAX_HEADER_LENGTH = 200;

/** Printable ASCII. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * A strong ETag, or one that a proxy weakened when it compressed the answer (nginx does): what is between
 * the quotes is ours either way.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
 */
const ETAG = /^(?:W\/)?("[\x21\x23-\x7e]{0,197}")$/;

/** Returns the ETag of a version of a resource, in its quotes. */
export function etagOf(version: string | number): string {
  return `"${version}"`;
}

/** Returns an Idempotency-Key as it came; undefined where it is none. */
export function parseIdempotencyKey(header: string): string | undefined {
  return KEY.test(header) ? header : undefined;
}

/** Returns the one ETag of an If-Match, strong; undefined where it is none, `*` included: an edit must name what it edits. */
export function parseIfMatch(header: string): string | undefined {
  return ETAG.exec(header.trim())?.[1];
}

/** Returns the ETags of an If-None-Match; what is none is passed over, for then the answer is merely sent whole. */
export function parseIfNoneMatch(header: string): readonly string[] {
  if (header.length > MAX_HEADER_LENGTH * 10) return [];
  return header.split(",").flatMap((part) => ETAG.exec(part.trim())?.[1] ?? []);
}
