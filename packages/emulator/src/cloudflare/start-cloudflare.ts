import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../clock/clock.ts";
import { stopListening } from "../server/listen.ts";
import { answerApi, API_PATH } from "./answer-api.ts";
import type { ApiRoute } from "./api-route.ts";
import { CALL_LIMIT, createApiTokens } from "./api-tokens.ts";
import { createCloudflareFaults } from "./cloudflare-fault.ts";
import type { CloudflareOptions } from "./cloudflare-options.ts";
import { deployedScript } from "./deployed-script.ts";
import type { Propagation } from "./kv-namespace.ts";
import {
  createKvNamespaces,
  type GrowingKvNamespaces,
  kvNamespaceRoutes,
} from "./kv-namespace-routes.ts";
import { kvValueRoutes } from "./kv-routes.ts";
import { createKvServers } from "./kv-servers.ts";
import type { CloudflareRequest, LocalCloudflare } from "./local-cloudflare.ts";
import { type CloudflareQueue, queueRoutes } from "./queue-routes.ts";
import { createRecentList } from "./recent-list.ts";
import { scriptRoutes } from "./script-routes.ts";
import { createScriptStore, type ScriptStore } from "./script-store.ts";
import { secretRoutes } from "./secret-routes.ts";
import { serveWithFaults } from "./serve-with-faults.ts";
import { userRoutes } from "./user-routes.ts";

/**
 * Starts a local double of Cloudflare: its API, and one server more for each namespace and location that a
 * workerd reads. Everything is in memory and listens on 127.0.0.1.
 *
 * It does what Cloudflare documents, by default in the kindest way: what is written is seen everywhere at
 * once. With `propagation` it delays, reorders and caches as Cloudflare may. Throws `PORT_TAKEN` or
 * `LISTEN_FAILED`.
 */
export async function startCloudflare(options: CloudflareOptions = {}): Promise<LocalCloudflare> {
  const { clock = systemClock, timeScale = 1, callLimit = CALL_LIMIT } = options;
  const { accountId = randomBytes(16).toString("hex") } = options;
  const account = createAccount(options, clock);
  const tokens = createApiTokens(clock, callLimit);
  const apiToken = tokens.add(undefined, options.apiToken);
  const closing = new AbortController();
  const shared = { clock, faults: createCloudflareFaults(), closing: closing.signal };
  const requests = createRecentList<CloudflareRequest>();
  const context = {
    accountId,
    tokens,
    routes: routesOf(account, clock),
    userRoutes: userRoutes(accountId),
  };
  const api = await serveWithFaults(
    {
      ...shared,
      on: "api",
      answer: async (request, falling) => answerApi(request, falling, context),
      answered: (request, status) => requests.add(toLogged(request, status, clock.now())),
    },
    options.port ?? 0,
  );
  const cacheScale = options.propagation === undefined ? undefined : timeScale;
  const kv = createKvServers({ ...shared, namespaces: account.namespaces, cacheScale });
  return {
    apiUrl: `${api.url}${API_PATH}`,
    accountId,
    apiToken,
    faults: shared.faults,
    addToken: (permissions) => tokens.add(permissions),
    ...accountView(account),
    kvUrl: async (namespaceId, location = "local") => kv.url(namespaceId, location),
    get queues() {
      return [...account.queues.values()];
    },
    get requests() {
      return requests.items;
    },
    get kvRequests() {
      return kv.requests;
    },
    async close() {
      closing.abort();
      await Promise.all([stopListening(api.server), kv.close()]);
    },
  };
}

/** What an account has. */
interface Account {
  readonly namespaces: GrowingKvNamespaces;
  readonly scripts: ScriptStore;
  readonly queues: Map<string, CloudflareQueue>;
}

function createAccount(
  { random = Math.random, timeScale = 1, propagation }: CloudflareOptions,
  clock: Clock,
): Account {
  const scaled = propagation === undefined ? undefined : scale(propagation, timeScale);
  const namespaces = createKvNamespaces({ clock, random, propagation: scaled });
  const scripts = createScriptStore(clock, (id) => namespaces.all.has(id));
  return { namespaces, scripts, queues: new Map() };
}

function scale({ minMs, maxMs }: Propagation, by: number): Propagation {
  return { minMs: minMs * by, maxMs: maxMs * by };
}

function routesOf({ namespaces, scripts, queues }: Account, clock: Clock): readonly ApiRoute[] {
  return [
    ...kvNamespaceRoutes(namespaces),
    ...kvValueRoutes(namespaces, clock),
    ...scriptRoutes(scripts),
    ...secretRoutes(scripts),
    ...queueRoutes(queues),
  ];
}

function accountView({
  namespaces,
  scripts,
}: Account): Pick<LocalCloudflare, "addNamespace" | "value" | "keys" | "script"> {
  return {
    addNamespace: (title = `namespace-${namespaces.all.size + 1}`) => namespaces.add(title).id,
    value(namespaceId, key) {
      const entry = namespaces.find(namespaceId).read(key);
      return entry === undefined ? undefined : new TextDecoder().decode(entry.value);
    },
    keys: (namespaceId) => [...namespaces.find(namespaceId).entries().keys()],
    script(name) {
      const script = scripts.all.get(name);
      return script === undefined ? undefined : deployedScript(script);
    },
  };
}

function toLogged(
  { method, url }: Request,
  status: number | undefined,
  at: number,
): CloudflareRequest {
  const path = new URL(url).pathname.slice(API_PATH.length);
  return { method, path, at, ...(status === undefined ? {} : { status }) };
}
