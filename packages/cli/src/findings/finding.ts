/** How one thing about an endpoint is. */
export type FindingStatus = "ok" | "warn" | "fail" | "skipped";

/** One thing that was looked at. */
export interface Finding {
  /** Stable; the thing to branch on. */
  readonly code: string;
  readonly status: FindingStatus;
  /** What was seen. */
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** Makes a finding that is fine. */
export function fine(code: string, message: string): Finding {
  return { code, status: "ok", message };
}

/** Makes a finding that is not fine. */
export function flawed(
  status: "warn" | "fail",
  code: string,
  said: { readonly message: string; readonly advice: string },
): Finding {
  return { code, status, ...said };
}

/** Makes a finding of something that was not looked at. */
export function skipped(code: string, message: string): Finding {
  return { code, status: "skipped", message };
}
