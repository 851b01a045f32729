/** The key-value namespace an app's Workers read. The API token is with the secrets. */
export interface WorkersTargetsTable {
  readonly app: string;
  /** Another one after each change: what the token is bound to. */
  readonly id: string;
  readonly account_id: string;
  readonly namespace_id: string;
  readonly connected_at: number;
}

/** The kinds of values that are written whenever they change. */
export type WorkersValueName = "stopList" | "live" | "revocations";

/** How each value in an app's namespace stands; gone with the namespace. */
export interface WorkersValuesTable {
  readonly app: string;
  readonly kind: WorkersValueName;
  /** `both` for what an app has once. */
  readonly environment: "sandbox" | "production" | "both";
  /** What was written; null before the first time, and where it is doubtful what is there. */
  readonly tag: string | null;
  /** SHA-256 of the value that was written, lowercase hex. */
  readonly digest: string | null;
  /** The highest sequence that was written. */
  readonly sequence: number | null;
  readonly written_at: number | null;
  /** When it is looked whether it is still there; null before it was written. */
  readonly check_at: number | null;
  /** When the first of the failed attempts began; null where the last one went well. */
  readonly failing_since: number | null;
  /** Failed attempts in a row. */
  readonly attempts: number;
  /** The code of why the last attempt failed. */
  readonly problem: string | null;
  /** When it is tried again after a failure; null where none is to be tried. */
  readonly next_at: number | null;
}
