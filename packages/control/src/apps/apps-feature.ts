import { routes } from "@holdfast/api";
import { etagOf, readCursor, writeCursor } from "@holdfast/api/server";
import { changesBetween } from "../audit/index.ts";
import { implement } from "../http/index.ts";
import type { Feature, Handler, Implementation } from "../http/index.ts";
import type { Keyring } from "../secrets/index.ts";
import { whileBusy } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";
import type { App } from "./app.ts";
import { checkSettings } from "./check-settings.ts";
import type { SettingsRules } from "./check-settings.ts";
import { createApp } from "./create-app.ts";
import { deleteApp } from "./delete-app.ts";
import type { AppDependents } from "./delete-app.ts";
import { sealNewPseudonymKey } from "./pseudonym-key.ts";
import { listApps, readApp } from "./read-apps.ts";
import { updateApp } from "./update-app.ts";

/** What the operations on apps need. */
export interface AppsFeatureOptions {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly dependents: AppDependents;
  /** Whether production may trust roots beside Apple's; default false. */
  readonly allowNonAppleProductionRoots?: boolean;
}

/** What of an app the audit log shows. */
const AUDITED = ["name", "bundleId", "appAppleId", "environments"] as const;

/** Returns the operations on apps. */
export function createAppsFeature(options: AppsFeatureOptions): Feature {
  return {
    operations: [create(options), list(options), read(options), update(options), remove(options)],
  };
}

function create({ keyring, ...options }: AppsFeatureOptions): Implementation {
  return implement(routes.createApp, async ({ body }, { now, change }) => {
    const app = { ...body, environments: checkSettings(body.environments, rulesOf(options, now)) };
    const pseudonymKey = await sealNewPseudonymKey(app.id, keyring);
    return change(async (transaction) => {
      const created = await createApp(transaction, app, { pseudonymKey, now });
      await transaction.audit({
        target: app.id,
        app: app.id,
        summary: `created the app ${app.id} (${app.bundleId})`,
        changes: changesBetween<App>(undefined, created, AUDITED),
      });
      return answerOf(created);
    });
  });
}

function list({ database: { queries } }: AppsFeatureOptions): Implementation {
  const route = routes.listApps;
  const handle: Handler<typeof route> = async ({ query: { limit, cursor } }, { caller }) => {
    const { operationId } = route;
    const kinds = ["string"] as const;
    const [after] = cursor === undefined ? [] : readCursor(cursor, { operationId, kinds });
    const found = await listApps(queries, { apps: caller.apps, after, limit: limit + 1 });
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const items = shown.map((app) => answerOf(app).body);
    if (found.length <= limit || last === undefined) return { body: { items } };
    return { body: { items, nextCursor: writeCursor(operationId, [last.id]) } };
  };
  return implement(route, handle, { heedsApps: true });
}

function read({ database: { queries } }: AppsFeatureOptions): Implementation {
  return implement(routes.readApp, async ({ params }) =>
    answerOf(await readApp(queries, params.app)),
  );
}

function update(options: AppsFeatureOptions): Implementation {
  return implement(routes.updateApp, async ({ params, body, ifMatch }, { now, change }) => {
    const { name } = body;
    const environments =
      body.environments && checkSettings(body.environments, rulesOf(options, now));
    return change(async (transaction) => {
      const edit = { id: params.app, ifMatch, now };
      const { before, after } = await updateApp(transaction, edit, { name, environments });
      await transaction.audit({
        target: params.app,
        summary: `changed the app ${params.app}`,
        changes: changesBetween<App>(before, after, AUDITED),
      });
      return answerOf(after);
    });
  });
}

function remove({ dependents }: AppsFeatureOptions): Implementation {
  return implement(routes.deleteApp, async ({ params, ifMatch }, { change, now }) => {
    const act: Parameters<typeof change>[0] = async (transaction) => {
      const before = await deleteApp(transaction, { id: params.app, ifMatch, dependents, now });
      await transaction.audit({
        target: params.app,
        summary: `deleted the app ${params.app} (${before.bundleId})`,
        changes: changesBetween<App>(before, undefined, AUDITED),
      });
      return {};
    };
    // Whoever writes of it at this moment may be in the way.
    return whileBusy(() => change(act));
  });
}

function rulesOf(
  {
    allowNonAppleProductionRoots = false,
  }: Pick<AppsFeatureOptions, "allowNonAppleProductionRoots">,
  now: number,
): SettingsRules {
  return { now, allowNonAppleProductionRoots };
}

function answerOf(app: App) {
  const { version, environments, ...body } = app;
  const { sandbox, production } = environments;
  return {
    body: {
      ...body,
      environments: {
        ...(sandbox && { sandbox: { ...sandbox, trustedRoots: [...sandbox.trustedRoots] } }),
        ...(production && {
          production: { ...production, trustedRoots: [...production.trustedRoots] },
        }),
      },
    },
    etag: etagOf(version),
  };
}
