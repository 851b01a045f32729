import { join } from "node:path";
import type { PerformanceTestResultResponse } from "@holdfast/appstore/retention-messaging";
import { emulatorError } from "../errors/index.ts";
import { readFileIfPresent } from "../files/read-file-if-present.ts";
import { writeFileAtomically } from "../files/write-file-atomically.ts";
import { type AppStoreConnectMessage, ENVIRONMENTS } from "./app-definition.ts";
import type { AppWorld, EnvironmentWorld, StoredImage, StoredMessage, World } from "./world.ts";

const WORLD_FILE = "world.json";
const VERSION = 1;

/** What of an app in an environment outlives the process. */
export interface KeptEnvironment {
  readonly messages: readonly StoredMessage[];
  readonly images: readonly StoredImage[];
  readonly defaults: readonly (readonly [
    productId: string,
    locale: string,
    messageIdentifier: string,
  ])[];
  readonly appStoreConnectMessages: readonly (readonly [
    productId: string,
    message: AppStoreConnectMessage,
  ])[];
  readonly realtimeUrl?: string;
  readonly notificationUrl?: string;
}

/** What of an app outlives the process. */
export interface KeptApp {
  readonly sandbox: KeptEnvironment;
  readonly production: KeptEnvironment;
  readonly hasRetentionMessagingAccess?: boolean;
  readonly performanceTestResults?: readonly (readonly [
    requestId: string,
    result: PerformanceTestResultResponse,
  ])[];
  readonly performanceTestPassedAt?: number | undefined;
}

/**
 * Returns what writes `world` into `directory` when called. What is kept there of apps this world does
 * not have stays as it is, for a start that defines them again. Keys are not in it: they have their own
 * files. Throws `STATE_UNREADABLE`.
 */
export function createWorldKeeper(directory: string, world: World): () => void {
  const others = [...(readKeptWorld(directory) ?? [])].filter(([id]) => !world.has(id));
  return () => {
    const own = [...world].map(([id, app]): [string, KeptApp] => [id, keepApp(app)]);
    const apps = Object.fromEntries<KeptApp>([...others, ...own]);
    const text = JSON.stringify({ version: VERSION, apps });
    writeFileAtomically(join(directory, WORLD_FILE), `${text}\n`);
  };
}

/**
 * Returns what was written into `directory`, by app, or `undefined` when there is nothing.
 * Throws `STATE_UNREADABLE` when there is something else.
 */
export function readKeptWorld(directory: string): ReadonlyMap<string, KeptApp> | undefined {
  const path = join(directory, WORLD_FILE);
  const text = readFileIfPresent(path);
  if (text === undefined) return undefined;
  let cause: unknown;
  try {
    const content: unknown = JSON.parse(text);
    if (isKeptWorld(content)) return new Map(Object.entries(content.apps));
  } catch (error) {
    cause = error;
  }
  throw emulatorError(
    "STATE_UNREADABLE",
    `${path} is not a world this emulator kept; remove it to begin with a new one`,
    { cause },
  );
}

function keepApp({ environments, ...app }: AppWorld): KeptApp {
  return {
    sandbox: keepEnvironment(environments.sandbox),
    production: keepEnvironment(environments.production),
    hasRetentionMessagingAccess: app.hasRetentionMessagingAccess,
    performanceTestResults: [...app.performanceTestResults],
    performanceTestPassedAt: app.performanceTestPassedAt,
  };
}

function keepEnvironment(environment: EnvironmentWorld): KeptEnvironment {
  const { messages, images, defaults, appStoreConnectMessages } = environment;
  const { realtimeUrl, notificationUrl } = environment;
  return {
    messages: [...messages.values()],
    images: [...images.values()],
    defaults: [...defaults].flatMap(([productId, locales]) =>
      [...locales].map(([locale, identifier]) => [productId, locale, identifier] as const),
    ),
    appStoreConnectMessages: [...appStoreConnectMessages],
    ...(realtimeUrl === undefined ? {} : { realtimeUrl }),
    ...(notificationUrl === undefined ? {} : { notificationUrl }),
  };
}

/** Looks as deep as a file that was cut off or meant for something else would show. */
function isKeptWorld(value: unknown): value is { readonly apps: Record<string, KeptApp> } {
  return (
    isRecord(value) &&
    value["version"] === VERSION &&
    isRecord(value["apps"]) &&
    Object.values(value["apps"]).every(
      (app) => isRecord(app) && ENVIRONMENTS.every((name) => isKeptEnvironment(app[name])),
    )
  );
}

function isKeptEnvironment(value: unknown): boolean {
  return (
    isRecord(value) &&
    ["messages", "images", "defaults", "appStoreConnectMessages"].every((name) =>
      Array.isArray(value[name]),
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
