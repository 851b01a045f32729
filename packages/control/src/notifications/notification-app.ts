import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { findApp, signedDataExpectations } from "../apps/index.ts";
import type { App, AppExpectations } from "../apps/index.ts";
import type { Queries } from "../storage/index.ts";
import type { FindSubscriptionIds, SubscriptionIds } from "../subscribers/index.ts";

/** What an app's notifications are read with. */
export interface NotificationApp {
  readonly id: string;
  readonly ids: SubscriptionIds;
  /** What is signed is held against these; an environment that is not served has none. */
  readonly expected: { readonly [Environment in FlowEnvironment]?: AppExpectations };
}

/** Returns an app; undefined where there is none. */
export type FindNotificationApp = (id: string) => Promise<NotificationApp | undefined>;

/** What finding takes. */
export interface FindNotificationAppOptions {
  readonly queries: Queries;
  readonly idsOf: FindSubscriptionIds;
  /** Whether production may trust roots beside Apple's. */
  readonly allowNonAppleProductionRoots: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How long an app counts as it was read, ms: an edit of its roots holds that much later here. */
const FRESH_MS = 1000;

/** How many apps are remembered. */
const MAX_REMEMBERED = 1000;

/** Ids of apps, as they can be made. */
const APP_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Returns what finds apps. One is read at most once a second: hundreds of notifications of one app a second
 * would else spend their time on that.
 */
export function createFindNotificationApp(
  options: FindNotificationAppOptions,
): FindNotificationApp {
  const { now } = options;
  const known = new Map<string, { readonly at: number; readonly found: Promise<Found> }>();
  return (id) => {
    if (!APP_ID.test(id)) return Promise.resolve(undefined);
    const before = known.get(id);
    const at = now();
    if (before !== undefined && Math.abs(at - before.at) < FRESH_MS) return before.found;
    const found = read(id, options);
    known.set(id, { at, found });
    void isWorthKeeping(found).then((isKept) => {
      if (!isKept || known.size > MAX_REMEMBERED) known.delete(id);
      return undefined;
    });
    return found;
  };
}

/** Only what is there is remembered: anybody can ask for apps that are not. */
async function isWorthKeeping(found: Promise<Found>): Promise<boolean> {
  try {
    return (await found) !== undefined;
  } catch {
    // Whoever asked is told.
    return false;
  }
}

type Found = NotificationApp | undefined;

async function read(
  id: string,
  { queries, idsOf, allowNonAppleProductionRoots }: FindNotificationAppOptions,
): Promise<Found> {
  const app = await findApp(queries, id);
  if (app === undefined) return undefined;
  const { sandbox, production } = app.environments;
  const trusted = allowNonAppleProductionRoots ? app : withoutProductionRoots(app);
  return {
    id,
    ids: await idsOf(id),
    expected: {
      ...(sandbox && { sandbox: signedDataExpectations(app, "sandbox") }),
      ...(production && { production: signedDataExpectations(trusted, "production") }),
    },
  };
}

/** Roots that were added while the server allowed them count no more when it does not. */
function withoutProductionRoots(app: App): App {
  const { production } = app.environments;
  if (production === undefined) return app;
  return {
    ...app,
    environments: { ...app.environments, production: { ...production, trustedRoots: [] } },
  };
}
