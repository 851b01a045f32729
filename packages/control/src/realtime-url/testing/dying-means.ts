import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { AppleClients } from "../../keys/index.ts";
import type { Database } from "../../storage/index.ts";

/** A process that ends at one of its steps: from there on nothing it does has any effect. */
export interface DyingMeans {
  readonly database: Database;
  readonly clients: AppleClients;
  /** Whether it got as far as the step it was to end at. */
  readonly hasDied: () => boolean;
}

/**
 * Returns means that end at step `dieAt`, counted from 0. Each transaction and each call of Apple is two
 * steps: before it has any effect, and when it has had it and nobody heard of it.
 */
export function createDyingMeans(
  { database, clients }: { readonly database: Database; readonly clients: AppleClients },
  dieAt: number,
): DyingMeans {
  let step = 0;
  let isDead = false;
  const live = (): void => {
    isDead ||= step === dieAt;
    step += 1;
    if (isDead) throw new Error("the process has ended");
  };
  const between = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    live();
    const result = await act();
    live();
    return result;
  };
  return {
    database: {
      engine: database.engine,
      queries: database.queries,
      transaction: (act) => between(() => database.transaction(act)),
      lock: (name, act, options) => database.lock(name, act, options),
      onChange: (listener) => database.onChange(listener),
      close: () => database.close(),
    },
    clients: {
      connect: (app, key) => clients.connect(app, key),
      appStoreServer: (app, environment, key) => clients.appStoreServer(app, environment, key),
      async retentionMessaging(app, environment, key) {
        const client = await clients.retentionMessaging(app, environment, key);
        return dyingClient(client, between);
      },
    },
    hasDied: () => isDead,
  };
}

function dyingClient(
  client: RetentionMessagingClient,
  between: <Result>(act: () => Promise<Result>) => Promise<Result>,
): RetentionMessagingClient {
  return {
    ...client,
    getRealtimeUrl: (options) => between(() => client.getRealtimeUrl(options)),
    configureRealtimeUrl: (url, options) =>
      between(() => client.configureRealtimeUrl(url, options)),
    deleteRealtimeUrl: (options) => between(() => client.deleteRealtimeUrl(options)),
    initiatePerformanceTest: (request, options) =>
      between(() => client.initiatePerformanceTest(request, options)),
    getPerformanceTestResults: (id, options) =>
      between(() => client.getPerformanceTestResults(id, options)),
  };
}
