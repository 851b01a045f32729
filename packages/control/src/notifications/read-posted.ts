import { ApiRefusal } from "@holdfast/api/server";
import { invalidNotification } from "./notification-refusal.ts";

/** The largest body that is read, in bytes; Apple's are about 15 KiB, with three chains in them. */
export const MAX_BODY_BYTES = 128 * 1024;

/** The longest Content-Type that is kept to be passed on. */
const MAX_CONTENT_TYPE_LENGTH = 256;

/** What Apple posted; nothing of it is verified. */
export interface PostedNotification {
  /** The body as it came. */
  readonly body: Uint8Array;
  /** As it came; null where none came, or one of no use. */
  readonly contentType: string | null;
  /** A compact JWS. */
  readonly signedPayload: string;
}

/**
 * Reads the body of a notification: its size, and that it is JSON with a `signedPayload`. No Content-Type is
 * asked for, since Apple does not promise one.
 *
 * @throws ApiRefusal `INPUT_INVALID`, `BODY_TOO_LARGE`
 */
export async function readPosted(request: Request): Promise<PostedNotification> {
  const body = await readBytes(request);
  return {
    body,
    contentType: contentTypeOf(request),
    signedPayload: signedPayloadOf(body),
  };
}

async function readBytes({ body }: Request): Promise<Uint8Array> {
  if (body === null) throw invalidNotification("BODY_MISSING", "expected a JSON body, got none");
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const next = () => reader.read().catch(() => Promise.reject(brokenOff()));
  for (let chunk = await next(); !chunk.done; chunk = await next()) {
    size += chunk.value.length;
    if (size > MAX_BODY_BYTES) {
      // What is left is not waited for: the sender may never end.
      void reader.cancel().catch(() => undefined);
      const message = `receiveNotification: expected a body of at most ${MAX_BODY_BYTES} bytes`;
      throw new ApiRefusal("BODY_TOO_LARGE", message);
    }
    chunks.push(chunk.value);
  }
  return Buffer.concat(chunks);
}

/** The sender's doing, or the network's: it must not look like ours. */
function brokenOff(): ApiRefusal {
  return invalidNotification("BODY_INCOMPLETE", "the connection ended before the body did");
}

function contentTypeOf({ headers }: Request): string | null {
  const text = headers.get("content-type") ?? "";
  return text === "" || text.length > MAX_CONTENT_TYPE_LENGTH ? null : text;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function signedPayloadOf(bytes: Uint8Array): string {
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(bytes));
  } catch {
    // The cause stays behind: a JSON parser's message quotes what it was given.
    throw invalidNotification("BODY_MALFORMED", "expected a JSON body, got something else");
  }
  if (typeof body === "object" && body !== null && "signedPayload" in body) {
    const { signedPayload } = body;
    if (typeof signedPayload === "string") return signedPayload;
  }
  throw invalidNotification("SIGNED_PAYLOAD_MISSING", "expected signedPayload, a text");
}
