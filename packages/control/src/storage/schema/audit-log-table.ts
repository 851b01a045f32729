import type { JsonText } from "../json-text.ts";

/** Who did what. Rows are added and never changed: triggers refuse it on both engines. */
export interface AuditLogTable {
  readonly id: string;
  readonly at: number;
  readonly actor_kind: "user" | "token" | "system";
  /** The actor's id; the name of the job for the system. */
  readonly actor: string;
  /** What was done, such as `publication.created`. */
  readonly action: string;
  readonly app: string | null;
  readonly environment: string | null;
  /** The id of what it was done to. */
  readonly subject: string | null;
  /** What else a reader wants to know; no secrets and no transaction ids. */
  readonly details: JsonText<unknown>;
  /** Ties rows to the logs of one request. */
  readonly request_id: string | null;
}
