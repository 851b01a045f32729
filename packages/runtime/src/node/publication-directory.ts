import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { PublicationSource } from "../ports/publications.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { createPublicationSlot } from "./publication-slot.ts";
import type { PublicationSlotOptions, PublishedValue } from "./publication-slot.ts";

/** How often the directory is looked through even when the system reports no change. */
const RESCAN_MS = 5000;

/** A value of an app in an environment. */
interface PublicationOffer {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly what: PublishedValue;
  readonly text: string;
}

/** Publications from a directory. */
export interface PublicationDirectory extends PublicationSource {
  /** Reads what has changed; resolves when it is live or refused. */
  refresh(): Promise<void>;
  /**
   * Installs a value that came another way than by a file, verified as files are; resolves when it is live
   * or refused, and never rejects. One for an app that is not configured is passed over.
   */
  offer(offer: PublicationOffer): Promise<void>;
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
  /** One after the other: what is taken over is held against what is live then. */
  const queue = (act: () => Promise<void>): Promise<void> => {
    refreshing = refreshing.then(act);
    return refreshing;
  };
  const refresh = (): Promise<void> => queue(refreshAll);
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
    offer: ({ app, environment, what, text }) =>
      queue(async () => slots.get(`${app}/${environment}`)?.offer(what, text)),
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
