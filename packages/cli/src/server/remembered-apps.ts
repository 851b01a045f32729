import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RuntimeApp } from "@holdfast/control";
import { readRuntimeConfig } from "@holdfast/runtime/node";
import type { RuntimeConfig } from "@holdfast/runtime/node";
import { codeOf } from "../files.ts";
import { writePrivateFile } from "../private-file.ts";

/** Every app by its id. */
export type RuntimeApps = Readonly<Record<string, RuntimeApp>>;

/** How the runtime of this process is configured, and what it was last configured with. */
export interface RememberedApps {
  /** Returns what was remembered; without apps where nothing was, or it cannot be used any more. */
  readonly recall: () => Promise<RuntimeConfig>;
  /** Remembers apps and returns the configuration; one that did not change stays the same object. */
  readonly remember: (apps: RuntimeApps) => Promise<RuntimeConfig>;
}

/** What apps are remembered with. */
export interface RememberedAppsOptions {
  readonly dataDirectory: string;
  readonly allowNonAppleProductionRoots: boolean;
  /** Called where what was remembered cannot be used. Must not throw. */
  readonly onDamaged: (error: unknown) => void;
}

/** The file in the data directory: nothing in it is secret, but it decides whom the runtime believes. */
export const APPS_FILE = "runtime-apps.json";

/**
 * Returns the memory of the apps a control plane told: so a runtime that is started while the control
 * plane is away goes on answering for them.
 */
export function createRememberedApps({
  dataDirectory,
  allowNonAppleProductionRoots,
  onDamaged,
}: RememberedAppsOptions): RememberedApps {
  const path = join(dataDirectory, APPS_FILE);
  let known: ReadonlyMap<string, { readonly text: string; readonly config: RuntimeConfig }> =
    new Map();

  async function configOf(app: string, text: string): Promise<RuntimeConfig> {
    const same = known.get(app);
    if (same?.text === text) return same.config;
    return readRuntimeConfig(
      { apps: { [app]: JSON.parse(text) as unknown }, allowNonAppleProductionRoots },
      { directory: dataDirectory, localPublisherKeyPem: "" },
    );
  }

  async function configure(apps: Readonly<Record<string, unknown>>): Promise<RuntimeConfig> {
    const next = new Map<string, { readonly text: string; readonly config: RuntimeConfig }>();
    for (const [app, value] of Object.entries(apps)) {
      const text = JSON.stringify(value);
      next.set(app, { text, config: await configOf(app, text) });
    }
    known = next;
    const configs = Array.from(next.values(), ({ config }) => config);
    return {
      apps: configs.flatMap((config) => config.apps),
      warnings: configs.flatMap(({ warnings }) => warnings),
    };
  }

  return {
    async recall() {
      try {
        return await configure(JSON.parse(await readFile(path, "utf8")) as RuntimeApps);
      } catch (error) {
        // The control plane tells them again.
        if (codeOf(error) !== "ENOENT") onDamaged(error);
        return configure({});
      }
    },
    async remember(apps) {
      const config = await configure(apps);
      await writePrivateFile(path, `${JSON.stringify(apps, undefined, 2)}\n`);
      return config;
    },
  };
}
