import { routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { liveKey } from "@holdfast/runtime/wire";
import { readApp } from "../apps/index.ts";
import type { App } from "../apps/index.ts";
import { changesBetween } from "../audit/index.ts";
import { implement } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import type { IdSource, Queries } from "../storage/index.ts";
import type { AppPublisher } from "../publishing/index.ts";
import { cloudflareRefusal } from "./cloudflare-refusal.ts";
import { refuseForeign } from "./refuse-foreign.ts";
import type { TargetClients } from "./target-clients.ts";
import {
  deleteTarget,
  findTarget,
  putTarget,
  tokenBinding,
  WORKERS_TARGET_TOPIC,
} from "./target.ts";
import type { WorkersTarget } from "./target.ts";
import type { WorkersMeans } from "./workers-means.ts";
import { readWrittenValues } from "./workers-state.ts";
import type { WrittenSubscribers } from "./workers-state.ts";

/** What the operations on Workers need. */
export interface WorkersFeatureOptions extends WorkersMeans, Pick<TargetClients, "tryWith"> {
  readonly ids: IdSource;
  /** Returns who publishes an app. */
  readonly publisherOf: (app: string) => Promise<AppPublisher>;
  /** Tells how the states of an app's subscribers stand; default: that there are none. */
  readonly readSubscribers?: (queries: Queries, app: string) => Promise<WrittenSubscribers>;
}

/** What of a target the audit log shows. */
const AUDITED = ["accountId", "namespaceId"] as const;

const ENVIRONMENTS = ["production", "sandbox"] as const;

/** How long a token may be tried, ms. */
const TRY_MS = 5000;

/** Returns the operations on the namespaces that Workers read. */
export function createWorkersFeature(options: WorkersFeatureOptions): Feature {
  return { operations: [put(options), read(options), remove()] };
}

function put(options: WorkersFeatureOptions): Implementation {
  const { database, ids, keyring } = options;
  return implement(routes.putWorkersTarget, async ({ params, body }, { now, change, signal }) => {
    const app = await readApp(database.queries, params.app);
    const { accountId, namespaceId, apiToken } = body;
    const id = `workers_${ids()}`;
    const target = { app: app.id, id, accountId, namespaceId, connectedAt: now };
    const { publicKeyPem } = await options.publisherOf(app.id);
    for (const environment of ENVIRONMENTS) {
      const place = { app: app.id, environment };
      const found = await tryToken(options, { target, apiToken, signal, key: liveKey(place) });
      await refuseForeign(place, found, publicKeyPem);
    }
    const token = new TextEncoder().encode(apiToken);
    const sealed = await keyring.seal(token, tokenBinding(target));
    return change(async ({ queries, announce, audit }) => {
      const before = await putTarget(queries, target, sealed);
      announce({ topic: WORKERS_TARGET_TOPIC, app: app.id, subject: id });
      await audit({
        target: namespaceId,
        summary: `connected Workers to the namespace ${namespaceId}`,
        changes: changesBetween<WorkersTarget>(before, target, AUDITED),
      });
      return { body: await bodyOf(queries, options, { app, target }) };
    });
  });
}

function read(options: WorkersFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.readWorkersTarget, async ({ params }) => {
    const app = await readApp(queries, params.app);
    const target = required(app.id, await findTarget(queries, app.id));
    return { body: await bodyOf(queries, options, { app, target }) };
  });
}

function remove(): Implementation {
  return implement(routes.deleteWorkersTarget, async ({ params: { app } }, { change }) =>
    change(async ({ queries, announce, audit }) => {
      const target = required(app, await deleteTarget(queries, app));
      announce({ topic: WORKERS_TARGET_TOPIC, app, subject: target.id });
      await audit({
        target: target.namespaceId,
        summary: `disconnected Workers from the namespace ${target.namespaceId}`,
        changes: changesBetween<WorkersTarget>(target, undefined, AUDITED),
      });
      return {};
    }),
  );
}

interface Trial {
  readonly target: WorkersTarget;
  readonly apiToken: string;
  readonly signal: AbortSignal;
  readonly key: string;
}

/** Reads a key, which may well not be there: that changes nothing, and needs the token, account and namespace. */
async function tryToken(
  { tryWith }: WorkersFeatureOptions,
  { target, apiToken, signal, key }: Trial,
): Promise<string | undefined> {
  const limit = AbortSignal.timeout(TRY_MS);
  try {
    return await tryWith(target, apiToken).read(key, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted) throw cloudflareRefusal(error);
    throw new ApiRefusal("CLOUDFLARE_UNREACHABLE", "Cloudflare did not answer in time", {
      cause: error,
    });
  }
}

/** @throws ApiRefusal `NOT_FOUND` */
function required(app: string, target: WorkersTarget | undefined): WorkersTarget {
  if (target !== undefined) return target;
  throw new ApiRefusal("NOT_FOUND", `${app} is connected to no Workers`, {
    advice: "connect a namespace: holdfast workers connect",
  });
}

async function bodyOf(
  queries: Queries,
  options: WorkersFeatureOptions,
  { app, target }: { readonly app: App; readonly target: WorkersTarget },
) {
  const { accountId, namespaceId, connectedAt } = target;
  const { readSubscribers = async () => NO_SUBSCRIBERS } = options;
  return {
    accountId,
    namespaceId,
    connectedAt,
    environments: await readWrittenValues(queries, options, app),
    subscribers: await readSubscribers(queries, app.id),
  };
}

const NO_SUBSCRIBERS: WrittenSubscribers = { pending: 0, written: 0 };
