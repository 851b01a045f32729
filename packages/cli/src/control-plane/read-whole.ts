import { UsageError } from "@holdfast/appstore/errors";

/** An answer of an operation that can say that nothing changed. */
type Conditional<Body> =
  | { readonly isUnchanged: true }
  | { readonly isUnchanged: false; readonly body: Body; readonly etag: string };

/**
 * Returns the answer to a read without a condition, which has a body: only who names an ETag is told that
 * nothing changed.
 *
 * @throws UsageError `CONDITION_UNEXPECTED`
 */
export async function readWhole<Body>(
  call: Promise<Conditional<Body>>,
): Promise<{ readonly body: Body; readonly etag: string }> {
  const answer = await call;
  if (!answer.isUnchanged) return answer;
  throw new UsageError("CONDITION_UNEXPECTED", "expected a read without a condition");
}
