import { sha1 } from "./sha1.ts";

/** The namespace of every identifier Holdfast derives; chosen once at random. */
export const HOLDFAST_NAMESPACE = "6f1d9e0a-4c52-4b0e-9d3a-7e2b81c5f604";

/**
 * Returns the name-based UUID (version 5) of a name, lowercase.
 *
 * @param namespace a UUID
 * @see RFC 9562 §5.5
 */
export function uuidV5(name: string, namespace: string = HOLDFAST_NAMESPACE): string {
  const prefix = Uint8Array.from(namespace.replaceAll("-", "").match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  const suffix = new TextEncoder().encode(name);
  const bytes = new Uint8Array(prefix.length + suffix.length);
  bytes.set(prefix);
  bytes.set(suffix, prefix.length);
  const digest = sha1(bytes);
  const view = new DataView(digest.buffer);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x50);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  const part = (from: number, to: number) => hex.slice(from, to).join("");
  return [part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16)].join("-");
}
