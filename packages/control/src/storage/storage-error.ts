import {
  BadDataError,
  CodedError,
  PolicyError,
  UpstreamError,
  UsageError,
} from "@holdfast/appstore/errors";

/** Every code storage throws, the same on both engines, and what it means. */
const MEANINGS = {
  /** The database cannot be reached, read or written at all; it may be again later. */
  DATABASE_UNREACHABLE: UpstreamError,
  /** Somebody else held what was needed for too long, or two transactions met; trying again helps. */
  DATABASE_BUSY: UpstreamError,
  /** No space left: nothing of the transaction was kept. */
  DATABASE_FULL: UpstreamError,
  /** The file or the data in it is damaged, or is not a database of ours. */
  DATABASE_DAMAGED: UpstreamError,
  /** Anything else the engine refused; a defect of ours. */
  DATABASE_FAILED: UpstreamError,
  /** A row with this key exists. */
  DATABASE_DUPLICATE: BadDataError,
  /** A row breaks another rule of its table: a reference, a missing value, a guard. */
  DATABASE_CONSTRAINT: BadDataError,
  /** A value outside what both engines store the same way. */
  DATABASE_VALUE: BadDataError,
  /** Another process writes to this data directory. */
  DATABASE_IN_USE: PolicyError,
  /** The database was taken further by a newer release than this one can work with. */
  DATABASE_NEWER: PolicyError,
  /** The database is older than what this release can bring forward. */
  DATABASE_OLDER: PolicyError,
  /** The target of a copy holds data already. */
  DATABASE_NOT_EMPTY: PolicyError,
  /** The database server is too old, set up in a way we cannot use, or lacks a right for us. */
  DATABASE_UNSUITABLE: PolicyError,
  /** A migration that was applied is not the one this release knows under its number. */
  DATABASE_MIGRATION_CHANGED: UsageError,
  /** A backup was to go into the data directory itself. */
  DATABASE_COPY_PLACE: UsageError,
  /** A connection URL that is none. */
  DATABASE_URL_INVALID: UsageError,
  /** A transaction was used in a way that loses data: around itself, or after a failed statement. */
  DATABASE_TRANSACTION: UsageError,
  /** A copy did not come out equal to its source. */
  DATABASE_COPY_DIFFERS: UpstreamError,
} as const;

/** The stable codes of storage's errors. */
export type StorageErrorCode = keyof typeof MEANINGS;

/** Returns the error of `code`, of the class that says whose fault it is. */
export function storageError(
  code: StorageErrorCode,
  message: string,
): CodedError<StorageErrorCode> {
  const ErrorOfCode = MEANINGS[code];
  return new ErrorOfCode(code, message);
}

/** Whether `error` is one of storage's with this code. */
export function isStorageError(error: unknown, code: StorageErrorCode): boolean {
  return error instanceof CodedError && error.code === code;
}
