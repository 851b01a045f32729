import type { Findings } from "./verdict.ts";

/** `type/subtype`, then parameters. */
const MEDIA_TYPE = /^\s*(?<type>[^;\s]+)\s*(?:;(?<parameters>.*))?$/v;
const CHARSET = /(?:^|;)\s*charset\s*=\s*(?:"(?<quoted>[^"]*)"|(?<bare>[^;\s]*))/iv;

/**
 * Judges the answer's Content-Type: a charset that is not UTF-8 is refused, everything else is at
 * most worth a note.
 */
export function judgeContentType(contentType: string | undefined, findings: Findings): void {
  if (contentType === undefined) {
    findings.warn("CONTENT_TYPE_MISSING");
    return;
  }
  const { type, parameters = "" } = MEDIA_TYPE.exec(contentType)?.groups ?? {};
  if (type?.toLowerCase() !== "application/json") findings.warn("CONTENT_TYPE_NOT_JSON");
  const { quoted, bare } = CHARSET.exec(parameters)?.groups ?? {};
  const charset = quoted ?? bare;
  if (charset !== undefined && !/^utf-?8$/iv.test(charset)) {
    findings.break("CHARSET_UNSUPPORTED", charset);
  }
}
