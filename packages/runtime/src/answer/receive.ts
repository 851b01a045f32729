import { isRecord } from "../wire/fields.ts";
import { RequestRefusal } from "./request-refusal.ts";

/** The largest body that is read, in bytes; Apple's are about 6 KiB. */
export const MAX_BODY_BYTES = 64 * 1024;

const tooLarge = (): RequestRefusal =>
  new RequestRefusal("BODY_TOO_LARGE", `expected a body of at most ${MAX_BODY_BYTES} bytes`);

/**
 * Reads a real-time request's body: size, type, JSON shape. Nothing in it is verified here.
 *
 * A missing Content-Type is accepted, for Apple does not promise one.
 *
 * @returns the compact JWS in `signedPayload`
 * @throws RequestRefusal `CONTENT_TYPE_UNSUPPORTED`, `CHARSET_UNSUPPORTED`, `BODY_TOO_LARGE`,
 * `BODY_INCOMPLETE`, `BODY_MISSING`, `BODY_MALFORMED`, `SIGNED_PAYLOAD_MISSING`
 */
export async function receive(request: Request): Promise<string> {
  const contentType = request.headers.get("content-type");
  if (contentType !== null) checkContentType(contentType);
  const text = await readText(request);
  if (text === "") throw new RequestRefusal("BODY_MISSING", "expected a JSON body, got none");
  return signedPayloadOf(text);
}

function checkContentType(contentType: string): void {
  if (contentType === "application/json") return;
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  if (type.trim() !== "application/json") {
    throw new RequestRefusal("CONTENT_TYPE_UNSUPPORTED", "expected application/json");
  }
  for (const parameter of parameters) {
    const [name = "", value = ""] = parameter.split("=");
    if (name.trim() !== "charset") continue;
    const charset = value.trim().replaceAll('"', "");
    if (charset !== "utf-8" && charset !== "utf8") {
      throw new RequestRefusal("CHARSET_UNSUPPORTED", "expected charset utf-8");
    }
  }
}

/**
 * Reads the body as text within the limit. A declared length is enforced by every HTTP host, so
 * only a body without one is counted while it comes in.
 */
async function readText(request: Request): Promise<string> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (Number(declared) > MAX_BODY_BYTES) throw tooLarge();
    return request.text().catch(refuseIncomplete);
  }
  if (request.body === null) return "";
  return readCounted(request.body).catch(refuseIncomplete);
}

/** A body that breaks off is the sender's fault, or the network's: it must not look like ours. */
function refuseIncomplete(error: unknown): never {
  if (error instanceof RequestRefusal) throw error;
  throw new RequestRefusal("BODY_INCOMPLETE", "the connection ended before the body did");
}

async function readCounted(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let received = 0;
  let text = "";
  for await (const chunk of body) {
    received += chunk.byteLength;
    if (received > MAX_BODY_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function signedPayloadOf(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new RequestRefusal("BODY_MALFORMED", "expected a JSON body, got something else");
  }
  if (!isRecord(body)) throw new RequestRefusal("BODY_MALFORMED", "expected a JSON object");
  const signedPayload = Object.hasOwn(body, "signedPayload") ? body["signedPayload"] : undefined;
  if (typeof signedPayload !== "string") {
    throw new RequestRefusal("SIGNED_PAYLOAD_MISSING", "expected signedPayload, a string");
  }
  return signedPayload;
}
