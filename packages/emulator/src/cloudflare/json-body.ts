import { EmulatorError } from "../errors/index.ts";
import { readBytes } from "../server/request-body.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import { MAX_BULK_BYTES } from "./kv-limits.ts";

/** Returns the bytes of a body; throws what is refused of one that is too long. */
export async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readBytes(request, MAX_BULK_BYTES - 1));
  } catch (error) {
    if (error instanceof EmulatorError && error.code === "BODY_TOO_LARGE") {
      throw REFUSALS.tooLarge("the entire request size must be less than 100 megabytes");
    }
    throw error;
  }
}

/** Returns the JSON in a body; undefined for an empty one. Throws what is refused. */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBody(request);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw REFUSALS.invalid("could not parse the request body as JSON");
  }
}

/** Returns the members of a JSON object, none for anything else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // An object's members are unknown until they are looked at.
  return isObject ? (value as Readonly<Record<string, unknown>>) : {};
}
