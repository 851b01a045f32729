import { UsageError } from "@holdfast/appstore/errors";
import { bundleWorker, checkWorkerBundle } from "@holdfast/runtime/workers-tools";
import type { Io, Options } from "../command.ts";
import { writeText } from "../files.ts";
import { readWorkerConfig } from "./read-worker-config.ts";

/** What was built. */
export interface BuiltWorker {
  /** Our ids of the apps it answers for. */
  readonly apps: readonly string[];
  readonly bytes: number;
  /** As Cloudflare counts it. */
  readonly gzippedBytes: number;
  readonly warnings: readonly string[];
}

/**
 * Builds the Worker of the configuration that a command line names, and writes it to a file.
 *
 * @throws UsageError `CONFIG_INVALID`, `WORKER_BUNDLE_INVALID`, `FILE_UNREADABLE`, `FILE_UNWRITABLE`, and what reading
 *   the configuration throws
 */
export async function buildWorker(file: string, options: Options, io: Io): Promise<BuiltWorker> {
  const { config, warnings } = await readWorkerConfig(options, io);
  const apps = Object.keys(config.apps);
  if (apps.length === 0) {
    const message = `${options.required("config")}: expected an app at least`;
    throw new UsageError("CONFIG_INVALID", message);
  }
  const bundle = await bundleWorker(config);
  checkWorkerBundle(bundle);
  await writeText(io, file, bundle.code);
  const { bytes, gzippedBytes } = bundle;
  return { apps, bytes, gzippedBytes, warnings };
}

/** Renders for people what was built. */
export function renderBuilt({ apps, bytes, gzippedBytes }: BuiltWorker): readonly string[][] {
  return [
    ["  apps", apps.join(", ")],
    ["  size", `${sayKib(gzippedBytes)} gzipped, ${sayKib(bytes)} as it is`],
  ];
}

function sayKib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
