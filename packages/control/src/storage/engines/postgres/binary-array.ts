import { checkParameters } from "../../parameter-rules.ts";

/** Types of columns that arrays are written of, with their numbers (pg_type.oid), which never change. */
const OIDS = { text: 25, bigint: 20 } as const;

/** Dimensions, whether there are nulls, the type, how many, and the first index: 4 bytes each. */
const HEADER_BYTES = 20;

/**
 * Returns an array as PostgreSQL's binary protocol has it: written once, without the quoting that an array
 * as text needs on this side and undoes on the other. Undefined where a type or a value is none of those
 * written here; as text, the server judges it.
 *
 * Throws DATABASE_VALUE as `checkParameters` does.
 */
export function binaryArray(type: string, values: readonly unknown[]): Buffer | undefined {
  const checked = checkParameters(values);
  if (type === "text") return arrayOfText(checked);
  return type === "bigint" ? arrayOfIntegers(checked) : undefined;
}

function arrayOfText(values: readonly unknown[]): Buffer | undefined {
  let size = HEADER_BYTES;
  let hasNull = false;
  const lengths: number[] = [];
  for (const value of values) {
    if (value !== null && typeof value !== "string") return undefined;
    const length = value === null ? -1 : Buffer.byteLength(value);
    hasNull ||= value === null;
    lengths.push(length);
    size += 4 + Math.max(0, length);
  }
  const array = Buffer.allocUnsafe(size);
  let at = writeHeader(array, OIDS.text, { count: values.length, hasNull });
  for (const [index, value] of values.entries()) {
    const length = lengths[index] ?? -1;
    at = array.writeInt32BE(length, at);
    if (typeof value === "string") at += array.write(value, at, length, "utf8");
  }
  return array;
}

function arrayOfIntegers(values: readonly unknown[]): Buffer | undefined {
  if (!values.every((value) => value === null || Number.isSafeInteger(value))) return undefined;
  const hasNull = values.includes(null);
  const array = Buffer.allocUnsafe(HEADER_BYTES + values.length * 12);
  let at = writeHeader(array, OIDS.bigint, { count: values.length, hasNull });
  for (const value of values) {
    if (typeof value !== "number") {
      at = array.writeInt32BE(-1, at);
      continue;
    }
    at = array.writeInt32BE(8, at);
    at = array.writeInt32BE(Math.floor(value / 2 ** 32), at);
    at = array.writeUInt32BE(value >>> 0, at);
  }
  return array.subarray(0, at);
}

function writeHeader(
  array: Buffer,
  type: number,
  { count, hasNull }: { readonly count: number; readonly hasNull: boolean },
): number {
  array.writeInt32BE(1, 0);
  array.writeInt32BE(hasNull ? 1 : 0, 4);
  array.writeInt32BE(type, 8);
  array.writeInt32BE(count, 12);
  return array.writeInt32BE(1, 16);
}
