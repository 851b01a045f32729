import { emulatorError } from "../errors/index.ts";
import {
  type AppEnvironment,
  type AppStoreConnectMessage,
  configureDefault,
  configureRealtimeUrl,
  deleteDefault,
  deleteImage,
  deleteMessage,
  deleteRealtimeUrl,
  type EnvironmentWorld,
  findApp,
  findEnvironment,
  getDefault,
  getRealtimeUrl,
  type ImageSize,
  type MessageContent,
  type MessageRules,
  reviewImage,
  reviewMessage,
  type ReviewState,
  scheduleReview,
  setAppStoreConnectMessage,
  settleReviews,
  type StoredImage,
  type StoredMessage,
  uploadImage,
  uploadMessage,
  type World,
} from "../world/index.ts";

/** A product and a locale. */
export interface DefaultPlace {
  readonly productId: string;
  readonly locale: string;
}

/** A default message. */
export interface DefaultMessage extends DefaultPlace {
  readonly messageIdentifier: string;
}

/**
 * What developers and Apple's reviewers do to an app in an environment. Each throws `APP_UNKNOWN` or
 * `ENVIRONMENT_UNKNOWN`, or the `AppleApiError` that Apple would answer.
 */
export interface WorldOperations {
  uploadMessage(place: AppEnvironment, id: string, content: MessageContent): StoredMessage;
  deleteMessage(place: AppEnvironment, messageIdentifier: string): void;
  messages(place: AppEnvironment): readonly StoredMessage[];
  reviewMessage(place: AppEnvironment, id: string, state: ReviewState): StoredMessage;
  uploadImage(
    place: AppEnvironment,
    id: string,
    png: Uint8Array,
    imageSize?: ImageSize,
  ): StoredImage;
  deleteImage(place: AppEnvironment, imageIdentifier: string): void;
  images(place: AppEnvironment): readonly StoredImage[];
  reviewImage(place: AppEnvironment, id: string, state: ReviewState): StoredImage;
  configureDefault(place: AppEnvironment, value: DefaultMessage): void;
  getDefault(place: AppEnvironment, of: DefaultPlace): string;
  deleteDefault(place: AppEnvironment, of: DefaultPlace): void;
  defaults(place: AppEnvironment): readonly DefaultMessage[];
  configureRealtimeUrl(place: AppEnvironment, realtimeURL: string): void;
  getRealtimeUrl(place: AppEnvironment): string;
  deleteRealtimeUrl(place: AppEnvironment): void;
  /** Gives a product App Store Connect's message, or takes it away (`undefined`). */
  setAppStoreConnectMessage(
    place: AppEnvironment,
    productId: string,
    message: AppStoreConnectMessage | undefined,
  ): void;
  /** Grants an app access to the Retention Messaging API at Apple, or takes it away. */
  setRetentionMessagingAccess(app: string, hasAccess: boolean): void;
  /** As though a performance test of `app` had passed now: unlocks the URL in production. */
  grantPerformanceTestPass(app: string): void;
}

/** What the operations need beside the world. */
export interface WorldOperationsContext extends MessageRules {
  /** After how many milliseconds production approves an upload; default only when told to. */
  readonly reviewDelayMs?: number;
  /** Called after each change. */
  readonly changed: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Returns the operations on `world`; throws `OPTIONS_INVALID` for a delay that cannot be. */
export function createWorldOperations(
  world: World,
  { changed, now, reviewDelayMs, ...rules }: WorldOperationsContext,
): WorldOperations {
  if (reviewDelayMs !== undefined && !(reviewDelayMs >= 0)) {
    throw emulatorError("OPTIONS_INVALID", "expected reviewDelayMs to be 0 or more milliseconds");
  }
  const at = (place: AppEnvironment) => {
    const there = findEnvironment(world, place);
    settleReviews(there, now());
    return there;
  };
  const change = <T>(place: AppEnvironment, act: (there: EnvironmentWorld) => T): T => {
    const result = act(at(place));
    changed();
    return result;
  };
  const reviewed = <T extends StoredImage | StoredMessage>(there: EnvironmentWorld, stored: T): T =>
    reviewDelayMs === undefined ? stored : scheduleReview(there, stored, now() + reviewDelayMs);
  return {
    uploadMessage: (place, id, content) =>
      change(place, (there) => reviewed(there, uploadMessage(there, id, content, rules))),
    deleteMessage: (place, id) => change(place, (there) => deleteMessage(there, id)),
    messages: (place) => [...at(place).messages.values()],
    reviewMessage: (place, id, state) => change(place, (there) => reviewMessage(there, id, state)),
    uploadImage: (place, id, png, size) =>
      change(place, (there) => reviewed(there, uploadImage(there, id, png, size))),
    deleteImage: (place, id) => change(place, (there) => deleteImage(there, id)),
    images: (place) => [...at(place).images.values()],
    reviewImage: (place, id, state) => change(place, (there) => reviewImage(there, id, state)),
    configureDefault: (place, { productId, locale, messageIdentifier }) =>
      change(place, (there) => configureDefault(there, productId, locale, messageIdentifier)),
    getDefault: (place, { productId, locale }) => getDefault(at(place), productId, locale),
    deleteDefault: (place, { productId, locale }) =>
      change(place, (there) => deleteDefault(there, productId, locale)),
    defaults: (place) => listDefaults(at(place)),
    configureRealtimeUrl: (place, url) =>
      change(place, (there) => configureRealtimeUrl(there, url)),
    getRealtimeUrl: (place) => getRealtimeUrl(at(place)),
    deleteRealtimeUrl: (place) => change(place, deleteRealtimeUrl),
    setAppStoreConnectMessage: (place, productId, message) =>
      change(place, (there) => setAppStoreConnectMessage(there, productId, message)),
    setRetentionMessagingAccess: (app, hasAccess) => {
      findApp(world, app).hasRetentionMessagingAccess = hasAccess;
      changed();
    },
    grantPerformanceTestPass: (app) => {
      findApp(world, app).performanceTestPassedAt = now();
      changed();
    },
  };
}

function listDefaults({ defaults }: EnvironmentWorld): readonly DefaultMessage[] {
  return [...defaults].flatMap(([productId, locales]) =>
    [...locales].map(([locale, messageIdentifier]) => ({ productId, locale, messageIdentifier })),
  );
}
