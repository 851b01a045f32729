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

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const MAX_TIME_CHARACTERS = "YYYYMMDDhhmmssZ".length;

function readTime(reader: DerReader): number {
  if (reader.peekTag() === TAG.utcTime) return toTime(fromUtcTime(readText(reader, TAG.utcTime)));
  const text = readText(reader, TAG.generalizedTime);
  // Four digits of the year, from 2050 on only (RFC 5280 §4.1.2.5).
  if (text < "2050") throw malformed("a date in another form");
  return toTime(fromGeneralizedTime(text));
}

/**
 * Reads a GeneralizedTime of any year: in UTC, with seconds and no fractions (RFC 5280 §4.1.2.5.2).
 * Returns milliseconds since 1970.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readGeneralizedTime(reader: DerReader): number {
  return toTime(fromGeneralizedTime(readText(reader, TAG.generalizedTime)));
}

function readText(reader: DerReader, tag: number): string {
  const { content } = reader.read(tag);
  if (content.length > MAX_TIME_CHARACTERS) throw malformed("a date in another form");
  return String.fromCharCode(...content);
}

function toTime(written: string): number {
  const time = Date.parse(written);
  // The 30th of February becomes another day, and is then written differently.
  if (Number.isNaN(time) || new Date(time).toISOString() !== written) {
    throw malformed("a date that does not exist");
  }
  return time;
}

/** Two digits of the year: 50 to 99 are of the last century (RFC 5280 §4.1.2.5.1). */
function fromUtcTime(text: string): string {
  const century = text.charAt(0) >= "5" ? "19" : "20";
  if (!UTC_TIME.test(text)) throw malformed("a date in another form");
  return text.replace(UTC_TIME, `${century}$1-$2-$3T$4:$5:$6.000Z`);
}

function fromGeneralizedTime(text: string): string {
  if (!GENERALIZED_TIME.test(text)) throw malformed("a date in another form");
  return text.replace(GENERALIZED_TIME, "$1-$2-$3T$4:$5:$6.000Z");
}
