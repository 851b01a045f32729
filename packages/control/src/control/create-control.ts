import type { SetupLink } from "../access/index.ts";
import { watchDeployments } from "../deployments/index.ts";
import { createControlApp, createDocumentation } from "../http/index.ts";
import type { ControlApp } from "../http/index.ts";
import { createJobRunner } from "../jobs/index.ts";
import { watchReviews } from "../publishing/index.ts";
import { checkMasterKeys } from "../secrets/index.ts";
import { createIdSource } from "../storage/index.ts";
import { watchWorkers } from "../workers/index.ts";
import { createFeatures } from "./control-features.ts";
import { createJobs } from "./control-jobs.ts";
import type { ControlOptions } from "./control-options.ts";
import { APP_TOPIC, createControlParts } from "./control-parts.ts";
import { withLocalRuntime } from "./local-runtime.ts";
import { readRuntimeApps } from "./runtime-apps.ts";
import type { RuntimeApp } from "./runtime-apps.ts";

/** A control plane: its HTTP side, and what it does by itself. */
export interface Control extends Pick<ControlApp, "fetch"> {
  /** Returns a link to make the first admin by; undefined where there is one. To be shown at each start. */
  readonly prepareSetup: () => Promise<SetupLink | undefined>;
  /** Returns every app by its id, as a runtime that answers for all of them is configured. */
  readonly readRuntimeApps: () => Promise<Readonly<Record<string, RuntimeApp>>>;
  /** Calls `listener`, which must not throw, when an app was made, edited or deleted. Returns how to stop. */
  readonly onAppsChange: (listener: () => void) => () => void;
  /** Returns how many hear of changes as they happen, streams included. */
  readonly changeListeners: () => number;
  /** Begins what is done without being asked: jobs, and following what Apple's reviewers decide. */
  readonly start: () => Promise<void>;
  /** Ends that, giving jobs under way back; the database stays open. */
  readonly close: () => Promise<void>;
}

/**
 * Returns a control plane on an open database, whole: every feature, with what each needs of the others.
 *
 * @throws UsageError `PUBLIC_URL_INVALID`, `PROVIDER_ISSUER_INVALID`, `CLOUDFLARE_URL_INVALID`,
 *   `SECRET_KEY_UNKNOWN` where a secret is sealed under a master key that was not given; what the database throws
 */
export async function createControl(options: ControlOptions): Promise<Control> {
  const { database, keyring, now = Date.now, onProblem = () => undefined } = options;
  await checkMasterKeys(database.queries, keyring);
  const ids = createIdSource({ now });
  const parts = await createControlParts(options, { ids, now });
  const { access, hub, publisherOf } = parts;
  const features = createFeatures(options, parts);
  const documentation = createDocumentation({ features, version: options.release });
  const app = createControlApp({
    database,
    features: [...features, documentation],
    authenticate: withLocalRuntime(options.localRuntimeToken, access.authenticate),
    cookieName: access.cookieName,
    publicOrigin: access.publicOrigin,
    now,
    ids,
    onReport: options.onReport,
  });
  const jobs = createJobRunner({
    database,
    kinds: createJobs(options, parts),
    ids,
    onProblem,
    ...(options.onJob === undefined ? {} : { onReport: options.onJob }),
  });
  let watching: readonly (() => Promise<void>)[] = [];

  return {
    fetch: (request, connection) => app.fetch(request, connection),
    prepareSetup: access.prepareSetup,
    readRuntimeApps: () => readRuntimeApps(database.queries, publisherOf),
    onAppsChange: (listener) =>
      hub.listen(({ changes, missed }) => {
        if (missed || changes.some(({ topic }) => topic === APP_TOPIC)) listener();
      }),
    changeListeners: () => hub.listening(),
    async start() {
      const watched = { means: parts, hub, onProblem };
      const workers = watchWorkers({ ...watched, means: parts.workers });
      watching = [watchReviews(watched), watchDeployments(watched), workers];
      await jobs.start();
    },
    async close() {
      await Promise.all(watching.map((stop) => stop()));
      await jobs.stop();
      await parts.revocations.idle();
      hub.close();
    },
  };
}
