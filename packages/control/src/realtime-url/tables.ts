import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** The URL that Apple asks, as it was last seen; a row from the first look on. */
export interface RealtimeUrlsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Null where Apple has none. */
  readonly url: string | null;
  readonly seen_at: number;
}

/** Changes of the URL. One that Apple is asked for is written before it is made. */
export interface RealtimeUrlChangesTable {
  /** In the order of the changes. */
  readonly id: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly at: number;
  readonly url_before: string | null;
  readonly url_after: string | null;
  /** `asked` until it is known whether Apple made it. */
  readonly state: "asked" | "made";
  /** Null where it was changed elsewhere. */
  readonly changed_by: string | null;
}
