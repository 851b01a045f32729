import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { databaseFacts } from "../../flows/index.ts";
import type { AppleClients } from "../../keys/index.ts";
import { loadPublisher } from "../../publishing/index.ts";
import type { Keyring } from "../../secrets/index.ts";
import { createIdSource } from "../../storage/index.ts";
import type { Database } from "../../storage/index.ts";
import type { DeploymentsMeans } from "../deployments-means.ts";

/** The master key of tests, which a child process needs, too. */
export const TEST_MASTER_KEY = new Uint8Array(32).fill(3);

/** Called before and after something with an effect, and waited for; what it throws, the caller gets. */
export type Hook = (when: "before" | "after", what: string) => void | Promise<void>;

/** What means are made of. */
export interface MeansParts {
  readonly database: Database;
  readonly clients: AppleClients;
  readonly keyring: Keyring;
}

/** Returns what deployments are carried out with, on a real database. */
export function deploymentsMeans({ database, clients, keyring }: MeansParts): DeploymentsMeans {
  return {
    database,
    clients,
    facts: databaseFacts(database.queries),
    ids: createIdSource(),
    now: Date.now,
    publisherOf: (app) => loadPublisher({ database, keyring }, app),
  };
}

/** Returns the same with a hook around every transaction and every call of Apple's. */
export function hookedMeans(
  { database, clients, keyring }: MeansParts,
  hook: Hook,
): DeploymentsMeans {
  return deploymentsMeans({
    database: hooked(database, hook),
    clients: hookedClients(clients, hook),
    keyring,
  });
}

/** A database whose transactions a hook can keep from happening, or end the process after. */
function hooked(database: Database, hook: Hook): Database {
  return {
    engine: database.engine,
    queries: database.queries,
    async transaction(act) {
      await hook("before", "transaction");
      const result = await database.transaction(act);
      await hook("after", "transaction");
      return result;
    },
    lock: (name, act, options) => database.lock(name, act, options),
    onChange: (listener) => database.onChange(listener),
    close: () => database.close(),
  };
}

function hookedClients(clients: AppleClients, hook: Hook): AppleClients {
  return {
    connect: (app, key) => clients.connect(app, key),
    appStoreServer: (app, environment, key) => clients.appStoreServer(app, environment, key),
    retentionMessaging: async (app, environment, key) =>
      hookedClient(await clients.retentionMessaging(app, environment, key), hook),
  };
}

/** Every method of a client is a call of Apple's. */
function hookedClient(client: RetentionMessagingClient, hook: Hook): RetentionMessagingClient {
  const methods = Object.entries(client).map(([name, method]: [string, unknown]) => {
    if (typeof method !== "function") return [name, method] as const;
    const called = async (...parameters: readonly unknown[]): Promise<unknown> => {
      await hook("before", name);
      const result: unknown = await Reflect.apply(method, client, parameters);
      await hook("after", name);
      return result;
    };
    return [name, called] as const;
  });
  // Each method as it was, with the hook around it.
  return Object.fromEntries(methods) as unknown as RetentionMessagingClient;
}
