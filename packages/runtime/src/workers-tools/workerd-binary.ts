import { createRequire } from "node:module";
import { UsageError } from "@holdfast/appstore/errors";

/**
 * Returns the path of the workerd binary, as the npm package `workerd` names it.
 *
 * @throws UsageError `WORKERD_MISSING` when the package is not installed, or has no binary for this machine
 */
export function workerdBinary(): string {
  try {
    // A package without types: its default export is the path.
    const loaded: unknown = createRequire(import.meta.url)("workerd");
    const path = (loaded as { readonly default?: unknown }).default;
    if (typeof path === "string") return path;
    throw new TypeError("the package workerd names no binary");
  } catch (cause) {
    throw new UsageError(
      "WORKERD_MISSING",
      "workerd is not installed here; install it with `npm install workerd` (it has binaries for Linux, macOS and Windows on x64, and for Linux and macOS on arm64)",
      { cause },
    );
  }
}
