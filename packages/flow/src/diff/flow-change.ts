import { formatPath } from "../document/flow-issue.ts";
import { describeDifference, shorten } from "./describe-difference.ts";
import type { Difference } from "./diff-values.ts";

/** One change of a flow. */
export interface FlowChange {
  readonly kind: Difference["kind"];
  /** Where, as in `rules.annual_winback.when.storefront.in`. */
  readonly path: string;
  /** What it is, in words. */
  readonly summary: string;
  /** JSON, cut where it is long. */
  readonly before?: string;
  readonly after?: string;
}

/** The longest path and the longest value, in UTF-16 code units: what the API sends. */
const MAX_PATH_LENGTH = 1024;
const MAX_VALUE_LENGTH = 4000;

/** Returns a difference as people and machines are told it. */
export function changeOf(difference: Difference): FlowChange {
  return {
    kind: difference.kind,
    path: shorten(formatPath(difference.path), MAX_PATH_LENGTH),
    summary: describeDifference(difference),
    ...valueOf("before", difference),
    ...valueOf("after", difference),
  };
}

function valueOf(side: "before" | "after", difference: Difference): Partial<FlowChange> {
  const value = difference[side];
  return value === undefined ? {} : { [side]: shorten(JSON.stringify(value), MAX_VALUE_LENGTH) };
}
