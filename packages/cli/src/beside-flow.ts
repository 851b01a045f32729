import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { isPathBelow } from "@holdfast/flow/document";

/** The files beside a flow, by the paths the flow writes. Each is read once. */
export interface BesideFlow {
  /** A file's bytes, `undefined` when there is none. */
  readonly bytesOf: (path: string) => Uint8Array | undefined;
  /** A file's text, `undefined` when there is none. */
  readonly textOf: (path: string) => string | undefined;
  /** SHA-256 of a file's bytes as lowercase hex, `undefined` when there is no such file. */
  readonly sha256Of: (path: string) => string | undefined;
}

/**
 * Opens the directory a flow is in. What a path or a link leads out of it to does not count as
 * there, so that checking somebody else's flow shows nothing of this machine.
 */
export function openBesideFlow(directory: string): BesideFlow {
  const known = new Map<string, Uint8Array | undefined>();
  const bytesOf = (path: string): Uint8Array | undefined => {
    if (!known.has(path)) known.set(path, readBelow(directory, path));
    return known.get(path);
  };
  return {
    bytesOf,
    textOf(path) {
      const bytes = bytesOf(path);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    sha256Of(path) {
      const bytes = bytesOf(path);
      return bytes === undefined ? undefined : createHash("sha256").update(bytes).digest("hex");
    },
  };
}

function readBelow(directory: string, path: string): Uint8Array | undefined {
  if (!isPathBelow(path)) return undefined;
  try {
    const real = realpathSync(resolve(directory, path));
    if (!isPathBelow(relative(realpathSync(directory), real).replaceAll("\\", "/"))) {
      return undefined;
    }
    return readFileSync(real);
  } catch {
    return undefined;
  }
}
