import { join } from "node:path";
import { emulatorError } from "../errors/index.ts";
import {
  type AppDefinition,
  type EnvironmentName,
  ENVIRONMENTS,
  type InitialContent,
  type Subscriber,
} from "./app-definition.ts";
import { configureDefault } from "./defaults.ts";
import { openInAppPurchaseKeys } from "./in-app-purchase-keys.ts";
import { type KeptApp, type KeptEnvironment, readKeptWorld } from "./kept-world.ts";
import { makeSubscribers } from "./make-subscribers.ts";
import { reviewMessage, uploadMessage } from "./messages.ts";
import { isOfCatalog, putSubscription } from "./put-subscription.ts";
import {
  deriveSubscription,
  type KeptSubscriptions,
  openKeptSubscriptions,
  settle,
  type Subscription,
} from "./subscriptions/index.ts";
import { type AppWorld, type EnvironmentWorld, findProduct, type World } from "./world.ts";

/** App ids stand in addresses and in file names. */
const APP_ID = /^[a-z0-9][a-z0-9\-]{0,63}$/v;

/** Tells whether an app can be called `id`. */
export function isAppId(id: string): boolean {
  return APP_ID.test(id);
}

/**
 * Returns the world of `apps`, as it was kept in `directory` or as the definitions begin it; `kept` are
 * its subscriptions (default: none, in a world that begins now). Catalog and subscribers always come
 * from the definitions. Throws `OPTIONS_INVALID` for definitions that contradict each other,
 * `STATE_UNREADABLE` for kept files that cannot be read.
 */
export function openWorld(
  apps: readonly AppDefinition[],
  directory?: string,
  keptSubscriptions: OpenSubscriptions = openKeptSubscriptions(undefined, Date.now()),
): World {
  assertDistinct(apps);
  const kept = directory === undefined ? undefined : readKeptWorld(directory);
  const keyDirectory = directory === undefined ? undefined : join(directory, "keys");
  return new Map(
    apps.map((definition) => [
      definition.id,
      openApp(definition, keyDirectory, { kept: kept?.get(definition.id), keptSubscriptions }),
    ]),
  );
}

/** The subscriptions a world begins with, and how fast it lives. */
export interface OpenSubscriptions extends KeptSubscriptions {
  /** How long a day of subscriptions lasts, in days; default 1. */
  readonly timeScale?: number | undefined;
}

/** What of an app was kept, in files of their own. */
interface KeptParts {
  readonly kept: KeptApp | undefined;
  readonly keptSubscriptions: OpenSubscriptions;
}

function assertDistinct(apps: readonly AppDefinition[]): void {
  for (const { id, keyIds } of apps) {
    if (!isAppId(id) || keyIds.length === 0) {
      throw emulatorError(
        "OPTIONS_INVALID",
        `expected each app to have a key and an id of lowercase letters, digits and hyphens, got ${id}`,
      );
    }
  }
  for (const property of ["id", "bundleId", "appAppleId"] as const) {
    if (new Set(apps.map((app) => app[property])).size !== apps.length) {
      throw emulatorError("OPTIONS_INVALID", `expected each app to have its own ${property}`);
    }
  }
}

function openApp(
  definition: AppDefinition,
  keyDirectory: string | undefined,
  { kept, keptSubscriptions }: KeptParts,
): AppWorld {
  const environments: Partial<Record<EnvironmentName, EnvironmentWorld>> = {};
  const app: AppWorld = {
    definition,
    keys: openInAppPurchaseKeys(definition, keyDirectory),
    // Filled right below: an app and its environments refer to each other.
    environments: environments as Record<EnvironmentName, EnvironmentWorld>,
    hasRetentionMessagingAccess:
      kept?.hasRetentionMessagingAccess ?? definition.retentionMessagingAccess ?? true,
    performanceTestResults: new Map(kept?.performanceTestResults),
    performanceTestPassedAt: kept?.performanceTestPassedAt,
  };
  for (const name of ENVIRONMENTS) {
    const world = openEnvironment(app, name, { kept: kept?.[name], keptSubscriptions });
    if (kept === undefined) addContent(world, definition.content ?? {});
    environments[name] = world;
  }
  return app;
}

function openEnvironment(
  app: AppWorld,
  environment: EnvironmentName,
  {
    kept,
    keptSubscriptions,
  }: {
    readonly kept: KeptEnvironment | undefined;
    readonly keptSubscriptions: OpenSubscriptions;
  },
): EnvironmentWorld {
  const people = {
    environment,
    app,
    subscribers: new Map<string, Subscriber>(),
    subscriptions: new Map<string, Subscription>(),
  };
  let isPeopled = false;
  /** Most look at one environment only, and there may be a hundred thousand people in each. */
  const peopled = () => {
    if (!isPeopled) {
      isPeopled = true;
      addSubscriptions(people, keptSubscriptions);
    }
    return people;
  };
  const world: EnvironmentWorld = {
    environment,
    app,
    get subscribers() {
      return peopled().subscribers;
    },
    get subscriptions() {
      return peopled().subscriptions;
    },
    messages: new Map(kept?.messages.map((message) => [message.messageIdentifier, message])),
    images: new Map(kept?.images.map((image) => [image.imageIdentifier, image])),
    defaults: new Map(),
    appStoreConnectMessages: new Map(kept?.appStoreConnectMessages),
    realtimeUrl: kept?.realtimeUrl,
    notificationUrl: kept?.notificationUrl,
  };
  for (const [productId, locale, identifier] of kept?.defaults ?? []) {
    const locales = world.defaults.get(productId) ?? new Map<string, string>();
    world.defaults.set(productId, locales.set(locale, identifier));
  }
  return world;
}

/** What happened to subscriptions while nobody looked has happened: nobody is told of it any more. */
function addSubscriptions(
  world: Pick<EnvironmentWorld, "environment" | "app" | "subscribers" | "subscriptions">,
  kept: OpenSubscriptions,
): void {
  const { definition } = world.app;
  const { environment } = world;
  const { begunAt, timeScale } = kept;
  const place = { app: definition.id, environment };
  // Of who has joined, only the definition can tell what they bought.
  const joined = kept
    .joined(place)
    .filter(({ productId }) => findProduct(definition, productId) !== undefined);
  for (const subscriber of [...makeSubscribers(definition, environment), ...joined]) {
    const known = kept.find(place, subscriber.originalTransactionId);
    const subscription =
      known !== undefined && isOfCatalog(known, definition)
        ? known
        : deriveSubscription(subscriber, { begunAt, definition, environment, timeScale });
    world.subscribers.set(subscriber.originalTransactionId, subscriber);
    putSubscription(
      world,
      settle(subscription, { definition, at: kept.now, timeScale }).subscription,
    );
  }
}

/** What an app has from the beginning is APPROVED, in production too. */
function addContent(world: EnvironmentWorld, content: InitialContent): void {
  for (const imageIdentifier of content.images ?? []) {
    const image = { imageIdentifier, imageSize: "FULL_SIZE", state: "APPROVED" } as const;
    world.images.set(imageIdentifier, image);
  }
  for (const { messageIdentifier, ...body } of content.messages ?? []) {
    uploadMessage(world, messageIdentifier, body);
    reviewMessage(world, messageIdentifier, "APPROVED");
  }
  for (const { productId, locale, messageIdentifier } of content.defaults ?? []) {
    configureDefault(world, productId, locale, messageIdentifier);
  }
  for (const { productId, message } of content.appStoreConnectMessages ?? []) {
    world.appStoreConnectMessages.set(productId, message);
  }
}
