import type { AuditLogTable } from "./audit-log-table.ts";
import type { ChangeFeedTable, ChangesTable } from "./changes-tables.ts";
import type { IdempotencyKeysTable } from "./idempotency-keys-table.ts";
import type { JobsTable } from "./jobs-table.ts";

/**
 * Every table of the control plane. Columns are text, 64-bit integers (times in ms since 1970, flags
 * as 0 and 1), doubles, bytes, and JSON as text.
 */
export interface Schema {
  readonly jobs: JobsTable;
  readonly changes: ChangesTable;
  readonly change_feed: ChangeFeedTable;
  readonly idempotency_keys: IdempotencyKeysTable;
  readonly audit_log: AuditLogTable;
}

/** The name of a table. */
export type TableName = keyof Schema;

/**
 * The primary key of every table, which is how a copy of the whole database goes through it. A table
 * stands after those it refers to.
 */
export const PRIMARY_KEYS: { readonly [T in TableName]: readonly (keyof Schema[T] & string)[] } = {
  jobs: ["id"],
  changes: ["seq"],
  change_feed: ["id"],
  idempotency_keys: ["scope", "key"],
  audit_log: ["id"],
};
