import type { UploadMessageRequestBody } from "../client/content.ts";
import { checkMessage } from "./check-message.ts";
import type { CheckMessageOptions } from "./check-message.ts";
import type { ContentProblem, ContentProblemCode } from "./content-problem.ts";

/** More bytes are no message. Ours; the longest texts need less than a hundredth of it. */
const MAX_MESSAGE_FILE_BYTES = 1024 * 1024;

/** A message that may be uploaded, or why not. */
export type ParsedMessageFile =
  | {
      readonly ok: true;
      readonly message: UploadMessageRequestBody;
      /** Warnings only. */
      readonly problems: readonly ContentProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

/**
 * Reads the text of a file with the body of Upload Message: one JSON object of at most 1 MiB and
 * nothing after it, checked by {@link checkMessage}. Throws nothing.
 */
export function parseMessageFile(text: string, options?: CheckMessageOptions): ParsedMessageFile {
  const sizeBytes = new TextEncoder().encode(text).length;
  if (sizeBytes > MAX_MESSAGE_FILE_BYTES) {
    const message = `expected at most ${MAX_MESSAGE_FILE_BYTES} bytes, got ${sizeBytes}`;
    return refused("FILE_TOO_LARGE", message);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const message = `expected one JSON object and nothing else${placeIn(error)}`;
    return refused("JSON_MALFORMED", message);
  }
  const problems = checkMessage(value, options);
  if (problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  // Without errors the value has every field the type needs, of its type.
  return { ok: true, message: value as UploadMessageRequestBody, problems };
}

function refused(code: ContentProblemCode, message: string): ParsedMessageFile {
  return { ok: false, problems: [{ code, severity: "error", path: [], message }] };
}

/** Takes the place out of an engine's message, where it tells one, and leaves out what it quotes. */
function placeIn(error: unknown): string {
  const place = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
  return place === undefined ? "" : `; it goes wrong at ${place}`;
}
