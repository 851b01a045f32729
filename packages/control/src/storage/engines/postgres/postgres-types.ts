import { types } from "pg";
import type { CustomTypesConfig } from "pg";
import { toSafeInteger } from "../../safe-integer.ts";

/** Numbers of built-in types (pg_type.oid), which never change. */
const BOOL = 16;
const INT8 = 20;
const NUMERIC = 1700;

type Parse = (text: string) => unknown;

const PARSERS: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  // SQLite has no other than 0 and 1.
  [BOOL, (text) => (text === "t" ? 1 : 0)],
  [INT8, (text) => toSafeInteger(BigInt(text))],
  // What sum() and avg() of 64-bit integers give; SQLite gives an integer and a double.
  [NUMERIC, (text) => (/^-?\d+$/.test(text) ? toSafeInteger(BigInt(text)) : Number(text))],
]);

/**
 * How values come out of PostgreSQL: as they come out of SQLite. Used for our connections only, not
 * set for the whole process.
 */
export const POSTGRES_TYPES: CustomTypesConfig = {
  // The declared type lists one signature per built-in type; this is the shape they share.
  getTypeParser: ((oid: number, format?: "text" | "binary"): unknown =>
    PARSERS.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
