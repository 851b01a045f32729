/** Who did something. */
export interface AuditActor {
  readonly kind: "person" | "token" | "system";
  /** The person's or the token's id; of the system, the job's name. */
  readonly id: string;
  /** Their name at that time. */
  readonly name: string;
}

/** What one field was before and is after; absent where there was or is none. */
export interface FieldChange {
  readonly before?: string;
  readonly after?: string;
}

/** The fields that changed, by name. */
export type FieldChanges = Readonly<Record<string, FieldChange>>;

/** One thing somebody did, as it is written down. No secret and no transaction id is part of it. */
export interface AuditEntry {
  readonly actor: AuditActor;
  /** The operation's name, like `publishVersion`; for a job, what it would be called. */
  readonly action: string;
  readonly app?: string | undefined;
  readonly environment?: string | undefined;
  /** The id of what it was done to. */
  readonly target?: string | undefined;
  /** What it was, for people, like `published version 42 to production`. */
  readonly summary: string;
  readonly changes?: FieldChanges | undefined;
  /** Of the request it was done by; ties it to the log. */
  readonly requestId?: string | undefined;
}

/** What the column `details` holds: what is shown, and not searched by. */
export interface AuditDetails {
  readonly actorName: string;
  readonly summary: string;
  readonly changes?: FieldChanges;
}
