/** The span of a caller's trace that a request belongs to. */
export interface TraceParent {
  /** 32 lowercase hex digits. */
  readonly traceId: string;
  /** 16 lowercase hex digits. */
  readonly spanId: string;
  /** Whether the caller records this trace. */
  readonly isSampled: boolean;
}

const FORM =
  /^(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;

/**
 * Returns the caller's span; undefined where there is none, or the header is malformed. Anybody can send
 * any: good for tying traces together, and for nothing that is decided.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function readTraceParent(headers: Headers): TraceParent | undefined {
  const { version, trace, span, flags, rest } =
    FORM.exec(headers.get("traceparent") ?? "")?.groups ?? {};
  if (trace === undefined || span === undefined || flags === undefined) return undefined;
  // A later version may add to the end; this one may not, and ff is none.
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/.test(trace) || /^0+$/.test(span)) return undefined;
  return { traceId: trace, spanId: span, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
