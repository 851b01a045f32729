import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { PublicationSource } from "../ports/publications.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { createPublicationSlot } from "./publication-slot.ts";
import type { PublicationSlotOptions } from "./publication-slot.ts";

/** How often the directory is looked through even when the system reports no change. */
const RESCAN_MS = 5000;

/** Publications from a directory. */
export interface PublicationDirectory extends PublicationSource {
  /** Reads what has changed; resolves when it is live or refused. */
  refresh(): Promise<void>;
  close(): void;
}

/**
 * Opens a directory of publications and follows it. Publishers replace whole files; what does not
 * verify is refused and the last good stays, across restarts too.
 */
export async function openPublicationDirectory(
  apps: readonly AppConfig[],
  options: PublicationSlotOptions,
): Promise<PublicationDirectory> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  await mkdir(options.lastGoodDirectory, { recursive: true, mode: 0o700 });
  const slots = new Map(
    apps.map((config) => [
      `${config.app}/${config.environment}`,
      createPublicationSlot(config, options),
    ]),
  );
  let refreshing = Promise.resolve();
  const refreshAll = async (): Promise<void> => {
    for (const slot of slots.values()) await slot.refresh();
  };
  const refresh = (): Promise<void> => {
    refreshing = refreshing.then(refreshAll);
    return refreshing;
  };
  for (const slot of slots.values()) await slot.restore();
  await refresh();
  const watcher = follow(options.directory, () => void refresh());
  const rescan = setInterval(() => void refresh(), RESCAN_MS).unref();
  return {
    find(app, environment) {
      const slot = slots.get(`${app}/${environment}`);
      return slot === undefined ? "unknown" : (slot.live() ?? "unpublished");
    },
    list: () => Array.from(slots.values(), (slot) => slot.status()),
    refresh,
    close() {
      watcher?.close();
      clearInterval(rescan);
    },
  };
}

/** Network file systems report nothing; the rescan then finds changes. */
function follow(directory: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(directory, { persistent: false }, onChange).on("error", () => undefined);
  } catch {
    return undefined;
  }
}
