export { createIdSource } from "./id-source.ts";
export type { IdSource, IdSourceOptions } from "./id-source.ts";
export { fromJsonText, toJsonText } from "./json-text.ts";
export type { JsonText } from "./json-text.ts";
export { isStorageError, storageError } from "./storage-error.ts";
export type { StorageErrorCode } from "./storage-error.ts";
export type { Database, LockOptions, Queries, Transaction } from "./database.ts";
export type { EngineName } from "./engines/engine.ts";
export { openDatabase } from "./open-database.ts";
export type { DatabaseOptions } from "./open-database.ts";
export type { Schema, TableName } from "./schema/schema.ts";
export { insertNew } from "./insert-new.ts";
export type { NewRows } from "./insert-new.ts";
export { upsertRows } from "./upsert-rows.ts";
export type { UpsertedRows } from "./upsert-rows.ts";
export { readRows } from "./read-rows.ts";
export type { WantedRows } from "./read-rows.ts";
export { changesSince, latestChange } from "./changes/changes-since.ts";
export type {
  Change,
  ChangeCursor,
  ChangePage,
  ChangesSinceOptions,
} from "./changes/changes-since.ts";
export type { NewChange } from "./changes/record-changes.ts";
export { pruneChanges } from "./changes/prune-changes.ts";
export type { PruneChangesOptions } from "./changes/prune-changes.ts";
export { claimJob } from "./jobs/claim-job.ts";
export type { ClaimedJob, ClaimJobOptions } from "./jobs/claim-job.ts";
export { enqueueJob } from "./jobs/enqueue-job.ts";
export type { NewJob } from "./jobs/enqueue-job.ts";
export { settleJob } from "./jobs/settle-job.ts";
export type { JobSettlement } from "./jobs/settle-job.ts";
export { backupDatabase } from "./copies/backup-database.ts";
export type { CopyProgress } from "./copies/backup-database.ts";
export { restoreDatabase } from "./copies/restore-database.ts";
export type { RestoredDatabase, RestoreOptions, RestoreStep } from "./copies/restore-database.ts";
export { markRestored } from "./copies/mark-restored.ts";
export { migrateDatabase } from "./copies/migrate-database.ts";
export type { CopiedTable, MigrateDatabaseOptions } from "./copies/migrate-database.ts";
export { deleteSomeOf } from "./delete-some-of.ts";
export type { TableOfApps } from "./delete-some-of.ts";
export { sequenceFloor } from "./sequence-floor.ts";
export { whileBusy } from "./while-busy.ts";
