import { CodedError } from "@holdfast/appstore/errors";
import { parseRealtimeResponse } from "@holdfast/appstore/retention-messaging";
import type { Answer, Exchange } from "./post-once.ts";

/** Answers have hundreds of bytes; Apple's limit, if there is one, is UNCONFIRMED. Ours. */
const LARGE_BYTES = 16 * 1024;

/** A rule of Apple's that one answer breaks, or may break. */
interface Flaw {
  readonly code: string;
  readonly status: "warn" | "fail";
  readonly message: string;
}

/** What an answer to an authentic request says, and what is wrong with it. */
export interface JudgedAnswer {
  /** The one member, like `message`. */
  readonly kind?: string;
  /** Which message it names. */
  readonly messageIdentifier?: string;
  readonly flaws: readonly Flaw[];
}

/**
 * Judges an answer as Apple would: status 200, exactly one member of the documented shape, in UTF-8.
 * Whether Apple knows the message is not known here.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/realtimeresponsebody
 */
export function judgeAnswer(exchange: Exchange): JudgedAnswer {
  if ("failure" in exchange) {
    return { flaws: [fail("NO_ANSWER", `no whole answer: ${exchange.failure}`)] };
  }
  if (exchange.status !== 200) return { flaws: [fail("STATUS", sayStatus(exchange))] };
  const { flaw, ...member } = readMember(exchange.body);
  const flaws = [
    ...judgeContentType(exchange.contentType),
    ...(flaw === undefined ? [] : [flaw]),
    ...(exchange.body.length > LARGE_BYTES
      ? [warn("SIZE", `${exchange.body.length} bytes, which no answer needs`)]
      : []),
  ];
  return { ...member, flaws };
}

function sayStatus({ status, location }: Answer): string {
  if (location !== undefined) return `status ${status}: a redirect, which is not followed`;
  const deliberate = status === 503 ? " (Holdfast's deliberate one says deferToApple)" : "";
  return `status ${status}${deliberate}; Apple falls back`;
}

function readMember(
  body: Buffer,
): Pick<JudgedAnswer, "kind" | "messageIdentifier"> & { readonly flaw?: Flaw } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    const response = parseRealtimeResponse(JSON.parse(text));
    const [[kind, member] = []] = Object.entries(response);
    if (kind === undefined || member === undefined) return {};
    return { kind, messageIdentifier: member.messageIdentifier };
  } catch (error) {
    if (error instanceof CodedError) return { flaw: fail("BODY", error.message) };
    const what = error instanceof SyntaxError ? "JSON" : "UTF-8";
    return { flaw: fail("BODY", `the body: expected ${what}`) };
  }
}

/** The type is not documented; a charset other than UTF-8 is one of Apple's reasons to fail. */
function judgeContentType(contentType: string | undefined): readonly Flaw[] {
  if (contentType === undefined) {
    return [warn("CONTENT_TYPE", "there is no Content-Type; send application/json; charset=utf-8")];
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    return [fail("CONTENT_TYPE", "expected the charset UTF-8")];
  }
  if (/^\s*application\/json\s*(?:;|$)/i.test(contentType)) return [];
  return [warn("CONTENT_TYPE", "expected application/json; whether Apple minds is UNCONFIRMED")];
}

function fail(code: string, message: string): Flaw {
  return { code, status: "fail", message };
}

function warn(code: string, message: string): Flaw {
  return { code, status: "warn", message };
}
