import { malformed, TAG } from "./der.ts";
import type { DerReader } from "./der.ts";

/** From when until when, both inclusive; milliseconds since 1970. */
export interface ValidityWindow {
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Reads the dates of a certificate (RFC 5280 §4.1.2.5): in UTC, with seconds, of days that exist.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readValidity(reader: DerReader): ValidityWindow {
  const notBefore = readTime(reader);
  const notAfter = readTime(reader);
  reader.end();
  return { notBefore, notAfter };
}

/** Returns the time in which all the windows are open. */
export function intersectValidity(windows: readonly ValidityWindow[]): ValidityWindow {
  return {
    notBefore: Math.max(...windows.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...windows.map(({ notAfter }) => notAfter)),
  };
}

const UTC_TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
/** Dates before it are in the shorter form (RFC 5280 §4.1.2.5). */
const FIRST_GENERALIZED_YEAR = 2050;

function readTime(reader: DerReader): number {
  const { tag, content } = reader.read();
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw malformed("a date of another type");
  const isUtcTime = tag === TAG.utcTime;
  if (content.length > 15) throw malformed("a date in another form");
  const text = String.fromCharCode(...content);
  const parts = (isUtcTime ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (parts === null) throw malformed("a date in another form");
  const [written = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number);
  // Two digits: 50 to 99 are of the last century (RFC 5280 §4.1.2.5.1).
  const year = isUtcTime ? written + (written >= 50 ? 1900 : 2000) : written;
  if (!isUtcTime && year < FIRST_GENERALIZED_YEAR) throw malformed("a date in another form");
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // A day or an hour that does not exist becomes another one, and is then written differently.
  const pad = (field: number): string => String(field).padStart(2, "0");
  const day8601 = `${year}-${pad(month)}-${pad(day)}`;
  const isReal =
    new Date(time).toISOString() === `${day8601}T${pad(hour)}:${pad(minute)}:${pad(second)}.000Z`;
  if (!isReal) throw malformed("a date that does not exist");
  return time;
}
