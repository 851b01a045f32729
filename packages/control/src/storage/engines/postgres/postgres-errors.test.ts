import { DatabaseError } from "pg";
import { expect, test } from "vitest";
import { storageError } from "../../storage-error.ts";
import { fromPostgresError } from "./postgres-errors.ts";

/** An error as the server sends it, with values where the server puts some. */
function serverError(state: string): DatabaseError {
  const error = new DatabaseError('invalid value "secret"', 1, "error");
  return Object.assign(error, { code: state, detail: "Key (a)=(secret) exists.", table: "jobs" });
}

test.each([
  ["23505", "DATABASE_DUPLICATE"],
  ["23503", "DATABASE_CONSTRAINT"],
  ["22P02", "DATABASE_VALUE"],
  ["40001", "DATABASE_BUSY"],
  ["40P01", "DATABASE_BUSY"],
  ["55P03", "DATABASE_BUSY"],
  ["57014", "DATABASE_BUSY"],
  ["53300", "DATABASE_BUSY"],
  ["53100", "DATABASE_FULL"],
  ["57P01", "DATABASE_UNREACHABLE"],
  ["57P03", "DATABASE_UNREACHABLE"],
  ["08006", "DATABASE_UNREACHABLE"],
  ["28P01", "DATABASE_UNREACHABLE"],
  ["3D000", "DATABASE_UNREACHABLE"],
  ["25P02", "DATABASE_TRANSACTION"],
  ["XX001", "DATABASE_DAMAGED"],
  ["0A000", "DATABASE_FAILED"],
])("fromPostgresError() says what SQLSTATE %s means and no value", (state, code) => {
  const error = fromPostgresError(serverError(state));
  expect(error).toMatchObject({ code });
  expect(error).not.toHaveProperty("cause");
  expect(error.message).toContain("jobs");
  expect(error.message).not.toContain("secret");
});

test("fromPostgresError() keeps the text of an error about the statement, which holds names only", () => {
  const denied = new DatabaseError("permission denied for schema public", 1, "error");
  denied.code = "42501";
  expect(fromPostgresError(denied)).toMatchObject({
    code: "DATABASE_UNSUITABLE",
    message: expect.stringContaining("permission denied for schema public") as string,
  });
});

test("fromPostgresError() takes a broken connection for one, and leaves our errors as they are", () => {
  const refused = Object.assign(new Error("connect 10.0.0.1"), { code: "ECONNREFUSED" });
  expect(fromPostgresError(refused)).toMatchObject({
    code: "DATABASE_UNREACHABLE",
    message: expect.stringContaining("ECONNREFUSED") as string,
  });
  expect(fromPostgresError("odd")).toMatchObject({ code: "DATABASE_UNREACHABLE" });
  const ours = storageError("DATABASE_VALUE", "ours");
  expect(fromPostgresError(ours)).toBe(ours);
});
