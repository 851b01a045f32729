import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { PublicationSource } from "../ports/publications.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { createPublicationSlot } from "./publication-slot.ts";
import type {
  PublicationSlot,
  PublicationSlotOptions,
  PublishedValue,
} from "./publication-slot.ts";

/** How often the directory is looked through even when the system reports no change. */
const RESCAN_MS = 5000;

/** How many apps are opened at a time: files and keys are waited for, thousands of times at a start. */
const SERVED_AT_ONCE = 16;

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
  /**
   * Serves these apps from now on; resolves when what is known of the new ones is live. One that stays the
   * same object goes on undisturbed, one that is new in any way is verified anew, and no request finds it
   * missing meanwhile.
   */
  configure(apps: readonly AppConfig[]): Promise<void>;
  close(): void;
}

/** An app in an environment that is served. */
interface Served {
  readonly config: AppConfig;
  readonly slot: PublicationSlot;
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
  let served: ReadonlyMap<string, Served> = new Map();
  let refreshing = Promise.resolve();
  const slotOf = (app: string, environment: FlowEnvironment): PublicationSlot | undefined =>
    served.get(`${app}/${environment}`)?.slot;
  const refreshAll = async (): Promise<void> => {
    // Of many apps few have a stop list, and those that control brings have no file at all.
    const names = new Set(await readdir(options.directory).catch(() => []));
    for (const { slot } of served.values()) await slot.refresh((name) => names.has(name));
  };
  const serve = async (config: AppConfig): Promise<Served> => {
    const known = served.get(nameOf(config));
    if (known?.config === config) return known;
    const slot = createPublicationSlot(config, options);
    await slot.restore();
    await slot.refresh();
    return { config, slot };
  };
  /** One after the other: what is taken over is held against what is live then. */
  const queue = (act: () => Promise<void>): Promise<void> => {
    refreshing = refreshing.then(act);
    return refreshing;
  };
  let nextRefresh: Promise<void> | undefined;
  /** One that has not begun is shared: looking through many apps takes its time. */
  const refresh = (): Promise<void> => {
    nextRefresh ??= queue(() => {
      nextRefresh = undefined;
      return refreshAll();
    });
    return nextRefresh;
  };
  const refreshFile = (name: string): Promise<void> => {
    const [app = "", environment = ""] = name.split(".");
    return queue(async () => served.get(`${app}/${environment}`)?.slot.refresh());
  };
  const configure = (configs: readonly AppConfig[]): Promise<void> =>
    queue(async () => {
      const next = new Map<string, Served>();
      for (let from = 0; from < configs.length; from += SERVED_AT_ONCE) {
        const some = configs.slice(from, from + SERVED_AT_ONCE);
        for (const one of await Promise.all(some.map(serve))) next.set(nameOf(one.config), one);
      }
      served = next;
    });
  await configure(apps);
  const watcher = follow(
    options.directory,
    (name) => void (name === null ? refresh() : refreshFile(name)),
  );
  const rescan = setInterval(() => void refresh(), RESCAN_MS).unref();
  return {
    find(app, environment) {
      const slot = slotOf(app, environment);
      return slot === undefined ? "unknown" : (slot.live() ?? "unpublished");
    },
    list: () => Array.from(served.values(), ({ slot }) => slot.status()),
    refresh,
    offer: ({ app, environment, what, text }) =>
      queue(async () => slotOf(app, environment)?.offer(what, text)),
    configure,
    close() {
      watcher?.close();
      clearInterval(rescan);
    },
  };
}

function nameOf({ app, environment }: AppConfig): string {
  return `${app}/${environment}`;
}

/** Network file systems report nothing; the rescan then finds changes. */
function follow(directory: string, onChange: (name: string | null) => void): FSWatcher | undefined {
  try {
    return watch(directory, { persistent: false }, (_, name) => onChange(name)).on(
      "error",
      () => undefined,
    );
  } catch {
    return undefined;
  }
}
