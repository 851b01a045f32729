import type { RuntimeApp } from "@holdfast/control";

/** What the control plane's thread tells the one that answers. */
export type ControlMessage =
  | { readonly kind: "log"; readonly line: string }
  /** The apps to answer for; before `up`, and again when they change. */
  | { readonly kind: "apps"; readonly apps: Readonly<Record<string, RuntimeApp>> }
  /** It listens; with a link to make the first admin by, where there is none. */
  | { readonly kind: "up"; readonly setupUrl?: string }
  /** It could not start, and ends. */
  | { readonly kind: "failed"; readonly failure: ControlFailure }
  | { readonly kind: "metrics"; readonly id: number; readonly text: string };

/** What the control plane's thread is told. */
export type ControlCommand =
  | { readonly kind: "renderMetrics"; readonly id: number }
  | { readonly kind: "close" };

/** Why the control plane could not start. */
export interface ControlFailure {
  readonly code: string;
  readonly message: string;
  /**
   * Who can mend it: `usage` and `policy` whoever started it, `passing` nobody need, as when a database
   * comes back; `defect` is ours.
   */
  readonly kind: "usage" | "policy" | "passing" | "defect";
}
