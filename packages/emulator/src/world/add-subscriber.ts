import { emulatorError } from "../errors/index.ts";
import type { Subscriber } from "./app-definition.ts";
import { originalTransactionIdOf } from "./make-subscribers.ts";
import { putSubscription } from "./put-subscription.ts";
import { stableDigits } from "./stable-digits.ts";
import type { Change } from "./subscriptions/change.ts";
import { subscribe } from "./subscriptions/subscribe.ts";
import { type EnvironmentWorld, findProduct } from "./world.ts";

/** Apple's examples of app transaction identifiers begin so. */
const APP_TRANSACTION_PREFIX = "704";

const IDENTIFIER = /^[1-9]\d{5,18}$/v;

/** Somebody who subscribes for the first time. */
export interface NewSubscriber {
  readonly productId: string;
  /** The device's locale, like `zh-Hant-HK`. */
  readonly locale: string;
  /** The App Store's country, alpha-3, like `USA`. */
  readonly storefront: string;
  /** Digits nobody has yet; default made up. */
  readonly originalTransactionId?: string;
  /** A lowercase UUID the app gave its account. */
  readonly appAccountToken?: string;
  /** Begin with the product's introductory offer, if it has one; default false. */
  readonly introductoryOffer?: boolean;
}

/** Who has joined, and what came of it. */
export interface Joined extends Change {
  readonly subscriber: Subscriber;
}

/**
 * Adds somebody who subscribes at `at` (milliseconds since 1970) to the world. Throws `INPUT_INVALID` for a
 * product the app does not have, or an identifier that is no number or somebody's.
 */
export function addSubscriber(
  world: EnvironmentWorld,
  { introductoryOffer = false, ...joining }: NewSubscriber,
  { at, timeScale }: { readonly at: number; readonly timeScale?: number | undefined },
): Joined {
  const { definition } = world.app;
  if (findProduct(definition, joining.productId) === undefined) {
    throw emulatorError("INPUT_INVALID", `expected a product of the app ${definition.id}`);
  }
  const originalTransactionId = joining.originalTransactionId ?? freeIdentifier(world);
  if (!IDENTIFIER.test(originalTransactionId) || world.subscriptions.has(originalTransactionId)) {
    throw emulatorError(
      "INPUT_INVALID",
      "expected originalTransactionId to be 6 to 19 digits that are no subscription's yet",
    );
  }
  const key = `${definition.bundleId}|${world.environment}|${originalTransactionId}`;
  const subscriber = {
    ...joining,
    originalTransactionId,
    ownership: "PURCHASED",
    laterTransactionIds: [],
    appTransactionId: `${APP_TRANSACTION_PREFIX}${stableDigits(key, 15)}`,
  } as const;
  const change = subscribe(subscriber, { definition, at, timeScale }, { introductoryOffer });
  world.subscribers.set(originalTransactionId, subscriber);
  putSubscription(world, change.subscription);
  return { ...change, subscriber };
}

/** The numbers go on where those of the people made up at first end. */
function freeIdentifier(world: EnvironmentWorld): string {
  const { environment, app, subscriptions } = world;
  const { count, seed } = app.definition.population ?? { count: 0, seed: 0 };
  const named = app.definition.subscribers?.length ?? 0;
  let number = seed * 1000 + Math.max(count, subscriptions.size - named);
  while (subscriptions.has(originalTransactionIdOf(environment, number))) number += 1;
  return originalTransactionIdOf(environment, number);
}
