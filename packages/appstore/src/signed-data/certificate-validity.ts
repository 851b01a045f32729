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

function readTime(reader: DerReader): number {
  const { tag, content } = reader.read();
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw malformed("a date of another type");
  const pattern = tag === TAG.utcTime ? UTC_TIME : GENERALIZED_TIME;
  const parts = pattern.exec(String.fromCharCode(...content.subarray(0, 16)));
  if (parts === null || content.length > 15) throw malformed("a date in another form");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  // Two digits: 50 to 99 are of the last century (RFC 5280 §4.1.2.5.1).
  const century = tag === TAG.generalizedTime ? 0 : year >= 50 ? 1900 : 2000;
  const fields = [century + year, month - 1, day, hour, minute, second] as const;
  const time = Date.UTC(...fields);
  const date = new Date(time);
  const isReal =
    date.getUTCMonth() === fields[1] &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  if (!isReal) throw malformed("a date that does not exist");
  return time;
}
