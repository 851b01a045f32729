import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { isPathBelow } from "@holdfast/flow/document";

/** More than any image that Apple takes, and little enough to have in memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The files beside a flow, by the paths the flow writes. Each is read once. One of more than 64 MiB
 * throws UsageError `FILE_UNREADABLE`.
 */
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
  const real = findBelow(directory, path);
  if (real === undefined) return undefined;
  const { size } = statSync(real);
  if (size > MAX_BYTES) {
    const message = `${path}: expected at most ${MAX_BYTES} bytes, got ${size}; Apple takes no image nearly as large`;
    throw new UsageError("FILE_UNREADABLE", message);
  }
  try {
    return readFileSync(real);
  } catch {
    return undefined;
  }
}

/** Where a file beside the flow really is; a pipe or a device, which could be read for ever, is none. */
function findBelow(directory: string, path: string): string | undefined {
  if (!isPathBelow(path)) return undefined;
  try {
    const real = realpathSync(resolve(directory, path));
    const isBelow = isPathBelow(relative(realpathSync(directory), real).replaceAll("\\", "/"));
    return isBelow && statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}
