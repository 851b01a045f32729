import { DatabaseError } from "pg";
import { CodedError } from "@holdfast/appstore/errors";
import { storageError } from "../../storage-error.ts";
import type { StorageErrorCode } from "../../storage-error.ts";

/**
 * PostgreSQL's SQLSTATEs by how they begin
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html); the first that fits.
 */
const CODES: readonly (readonly [start: string, code: StorageErrorCode, advice: string])[] = [
  ["23505", "DATABASE_DUPLICATE", "a row with this key exists"],
  ["23", "DATABASE_CONSTRAINT", "the row breaks a rule of its table"],
  ["P0001", "DATABASE_CONSTRAINT", "the row breaks a rule of its table"],
  ["22", "DATABASE_VALUE", "the value is not of the column's type"],
  ["25P02", "DATABASE_TRANSACTION", "a statement of this transaction failed before"],
  ["25P03", "DATABASE_BUSY", "the transaction waited too long for its next statement"],
  ["40", "DATABASE_BUSY", "another transaction was in the way; try again"],
  ["55P03", "DATABASE_BUSY", "a lock was not free in time; try again"],
  ["57014", "DATABASE_BUSY", "the statement took too long; try again"],
  ["53100", "DATABASE_FULL", "free some space on the database server's disk"],
  ["53300", "DATABASE_BUSY", "the server has no connection left; raise max_connections"],
  ["53", "DATABASE_BUSY", "the server is short of something; look into its log"],
  ["08", "DATABASE_UNREACHABLE", "the connection failed"],
  ["57P", "DATABASE_UNREACHABLE", "the server ended the connection; it may be restarting"],
  ["28", "DATABASE_UNREACHABLE", "the server refused the user; check HOLDFAST_DATABASE_URL"],
  ["3D000", "DATABASE_UNREACHABLE", "there is no such database on the server; create it"],
  ["42501", "DATABASE_UNSUITABLE", "the user lacks a right; make it the owner of the database"],
  ["XX001", "DATABASE_DAMAGED", "restore a backup"],
  ["XX002", "DATABASE_DAMAGED", "rebuild the index with REINDEX, or restore a backup"],
];

/**
 * Returns what an error of PostgreSQL or of the way there means to us; our own errors unchanged. Only
 * names leave the server's error: its text and details can hold values, and the error itself is not
 * attached.
 */
export function fromPostgresError(error: unknown): CodedError {
  if (isCoded(error)) return error;
  if (!(error instanceof DatabaseError)) return fromConnectionError(error);
  const state = error.code ?? "no SQLSTATE";
  const [, code, advice] = CODES.find(([start]) => state.startsWith(start)) ?? [
    "",
    "DATABASE_FAILED" as const,
    "this is a defect, please report it",
  ];
  return storageError(code, `PostgreSQL answered ${state}${namesIn(error)}; ${advice}`);
}

/** `instanceof` alone would leave the code's type open. */
function isCoded(error: unknown): error is CodedError {
  return error instanceof CodedError;
}

/** What the driver says without the server: it has no codes of its own, the network has. */
function fromConnectionError(error: unknown): CodedError {
  const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return storageError(
    "DATABASE_UNREACHABLE",
    `expected an answer from PostgreSQL, but the connection failed${reason}; ` +
      "check that the server runs and that HOLDFAST_DATABASE_URL points to it",
  );
}

function namesIn(error: DatabaseError): string {
  const names = [error.table, error.column, error.constraint].filter((name) => name !== undefined);
  // Class 42 is about the statement itself, which holds no values.
  if (error.code?.startsWith("42") === true) names.push(error.message);
  return names.length === 0 ? "" : ` (${names.join(", ")})`;
}
