import type { RequestReport } from "@holdfast/control/http";

/** What became of something, as a span tells it. Holds nothing that a log must not hold. */
export interface RecordedSpan {
  readonly name: string;
  /** `server` for what others asked for. */
  readonly kind: "server" | "internal";
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  /** Why it failed; absent when it did not. */
  readonly failure?: string;
  readonly durationMs: number;
  /** Milliseconds since 1970, with a fraction. */
  readonly endedAt: number;
  /** The caller's span. */
  readonly parent?: NonNullable<RequestReport["traceParent"]>;
}
