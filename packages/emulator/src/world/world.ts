import type { PerformanceTestResultResponse } from "@holdfast/appstore/retention-messaging";
import { type EmulatorError, emulatorError } from "../errors/index.ts";
import type {
  AppDefinition,
  AppEnvironment,
  AppStoreConnectMessage,
  EnvironmentName,
  ProductDefinition,
  ReviewState,
  Subscriber,
} from "./app-definition.ts";
import type { PrivateKey } from "./private-key.ts";
import type { Subscription } from "./subscriptions/subscription.ts";

/** Which use a picture is for, as Apple spells it. */
export type ImageSize = "FULL_SIZE" | "BULLET_POINT";

/** A picture at Apple; its pixels are judged on arrival and not kept. */
export interface StoredImage {
  readonly imageIdentifier: string;
  readonly imageSize: ImageSize;
  readonly state: ReviewState;
  /** When it will be approved by itself, in milliseconds since 1970; only while PENDING. */
  readonly reviewDueAt?: number;
}

/** The picture of a message. */
export interface MessageImage {
  readonly imageIdentifier: string;
  readonly altText: string;
}

/** A line of a message with a picture of its own. */
export interface BulletPoint extends MessageImage {
  readonly text: string;
}

/** What a message says: UploadMessageRequestBody. */
export interface MessageContent {
  readonly header: string;
  readonly body: string;
  readonly image?: MessageImage;
  readonly headerPosition?: "ABOVE_BODY" | "ABOVE_IMAGE";
  readonly bulletPoints?: readonly BulletPoint[];
}

/** A message at Apple. */
export interface StoredMessage extends MessageContent {
  readonly messageIdentifier: string;
  readonly state: ReviewState;
  /** When it will be approved by itself, in milliseconds since 1970; only while PENDING. */
  readonly reviewDueAt?: number;
}

/** An In-App Purchase key of an app; the private part is there only to be handed out. */
export interface InAppPurchaseKey extends PrivateKey {
  readonly keyId: string;
}

/** One app in one environment: what changes while the world lives. */
export interface EnvironmentWorld {
  readonly environment: EnvironmentName;
  readonly app: AppWorld;
  /** Follows the subscriptions: product and transactions are those of now. */
  readonly subscribers: Map<string, Subscriber>;
  /** By original transaction identifier, as `subscribers`; change both with `putSubscription`. */
  readonly subscriptions: Map<string, Subscription>;
  readonly messages: Map<string, StoredMessage>;
  readonly images: Map<string, StoredImage>;
  /** Message identifiers by product, then locale. */
  readonly defaults: Map<string, Map<string, string>>;
  readonly appStoreConnectMessages: Map<string, AppStoreConnectMessage>;
  realtimeUrl: string | undefined;
  /** Where App Store Server Notifications go. */
  notificationUrl: string | undefined;
}

/** One app in both environments. */
export interface AppWorld {
  readonly definition: AppDefinition;
  readonly keys: readonly InAppPurchaseKey[];
  readonly environments: Readonly<Record<EnvironmentName, EnvironmentWorld>>;
  /** Whether Apple lets it use the Retention Messaging API. */
  hasRetentionMessagingAccess: boolean;
  /** What performance tests found that are over, by their request identifiers, the oldest first. */
  readonly performanceTestResults: Map<string, PerformanceTestResultResponse>;
  /** When a performance test last passed, in milliseconds since 1970. */
  performanceTestPassedAt: number | undefined;
}

/** All apps there are. */
export type World = ReadonlyMap<string, AppWorld>;

/** Returns the app called `id`; throws `APP_UNKNOWN`. */
export function findApp(world: World, id: string): AppWorld {
  const app = world.get(id);
  if (app === undefined) {
    throw emulatorError(
      "APP_UNKNOWN",
      `there is no app ${id}; there are ${[...world.keys()].join(", ")}`,
    );
  }
  return app;
}

/** Returns an app in an environment; throws `APP_UNKNOWN` or `ENVIRONMENT_UNKNOWN`. */
export function findEnvironment(
  world: World,
  { app, environment }: AppEnvironment,
): EnvironmentWorld {
  const { environments } = findApp(world, app);
  if (!Object.hasOwn(environments, environment)) {
    throw emulatorError("ENVIRONMENT_UNKNOWN", "expected the environment sandbox or production");
  }
  return environments[environment];
}

/** Returns who has the subscription; throws `SUBSCRIBER_UNKNOWN`. */
export function findSubscriber(world: EnvironmentWorld, originalTransactionId: string): Subscriber {
  const subscriber = world.subscribers.get(originalTransactionId);
  if (subscriber === undefined) throw subscriberUnknown(world);
  return subscriber;
}

/** Returns the subscription; throws `SUBSCRIBER_UNKNOWN`. */
export function findSubscription(
  world: EnvironmentWorld,
  originalTransactionId: string,
): Subscription {
  const subscription = world.subscriptions.get(originalTransactionId);
  if (subscription === undefined) throw subscriberUnknown(world);
  return subscription;
}

function subscriberUnknown({ app, environment }: EnvironmentWorld): EmulatorError {
  return emulatorError(
    "SUBSCRIBER_UNKNOWN",
    `the app ${app.definition.id} has no subscriber with this originalTransactionId in ${environment}`,
  );
}

/** A product with the group it is in. */
export interface ProductInGroup extends ProductDefinition {
  readonly groupId: string;
}

/** Returns the product of an app, or `undefined` when it has none by that name. */
export function findProduct(
  { groups }: AppDefinition,
  productId: string,
): ProductInGroup | undefined {
  for (const { id, products } of groups) {
    const product = products.find((candidate) => candidate.productId === productId);
    if (product !== undefined) return { ...product, groupId: id };
  }
  return undefined;
}

/** Returns the identifiers of all pictures a message refers to. */
export function imagesOf({ image, bulletPoints = [] }: MessageContent): readonly string[] {
  const all = image === undefined ? bulletPoints : [image, ...bulletPoints];
  return all.map(({ imageIdentifier }) => imageIdentifier);
}
