import { emulatorError } from "../errors/index.ts";
import { type Fields, parseFields } from "./control-input.ts";

/** The largest body taken, in bytes: a full-size picture, barely compressed. Ours. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Returns the bytes of a request's body; throws `BODY_TOO_LARGE` without reading much further. */
export async function readBytes(request: Request, maxBytes = MAX_BODY_BYTES): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The platform's type leaves open what a body's stream yields; it is bytes (Fetch §2.2.4).
  const stream: AsyncIterable<Uint8Array> = request.body;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw emulatorError("BODY_TOO_LARGE", `expected a body of at most ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Returns the JSON object in a request's body; throws `INPUT_INVALID` or `BODY_TOO_LARGE`. */
export async function readFields(request: Request): Promise<Fields> {
  return parseFields(new TextDecoder().decode(await readBytes(request)));
}

/** Returns the JSON object in a request's body, an empty one without a body; throws as `readFields`. */
export async function readOptionalFields(request: Request): Promise<Fields> {
  const bytes = await readBytes(request);
  return bytes.length === 0 ? {} : parseFields(new TextDecoder().decode(bytes));
}
