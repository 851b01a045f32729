/** Everything but tabs and line ends that has no place in text for people. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/**
 * Returns a text as the audit log keeps it: at most `max` UTF-16 code units, marked where it was cut,
 * without control characters. What cannot be shown must not keep an entry from being written or listed.
 */
export function auditText(text: string, max: number): string {
  const clean = text.toWellFormed().replace(CONTROLS, "\u{fffd}");
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).toWellFormed()}…`;
}

/** Returns {@link auditText} on one line. */
export function auditLine(text: string, max: number): string {
  return auditText(text.replace(/[\t\r\n]+/g, " "), max);
}

/** Returns a text, or a dash for an empty one: what must be there is shown to be empty. */
export function orDash(text: string): string {
  return text === "" ? "–" : text;
}
