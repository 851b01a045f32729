import type { SigningChain } from "../ca/index.ts";
import type { Clock } from "../clock/clock.ts";
import type { SubscriptionOperations } from "../emulator/subscription-operations.ts";
import type { Notifications } from "../notifications/index.ts";
import { WIRE_ENVIRONMENTS } from "../realtime/index.ts";
import type { AppEnvironment, EnvironmentWorld, World } from "../world/index.ts";
import type { Subscription } from "../world/subscriptions/index.ts";

/** What the operations of the App Store Server API need. */
export interface ServerApiContext {
  readonly world: World;
  readonly chain: SigningChain;
  readonly clock: Clock;
  readonly subscriptions: SubscriptionOperations;
  readonly notifications: Pick<Notifications, "list" | "sendTest">;
}

/** Returns `subscriptions` as they are now: what time alone brings has happened. */
export async function settleAll(
  subscriptions: readonly Subscription[],
  place: AppEnvironment,
  { subscriptions: operations }: ServerApiContext,
): Promise<readonly Subscription[]> {
  const settled: Subscription[] = [];
  for (const { originalTransactionId } of subscriptions) {
    settled.push(await operations.subscription({ ...place, originalTransactionId }));
  }
  return settled;
}

/**
 * Returns what answers about customers say of the app. Whether Apple leaves the app's number out in the
 * sandbox here, as in notifications, is UNCONFIRMED.
 */
export function appFieldsOf({ app, environment }: EnvironmentWorld) {
  const { bundleId, appAppleId } = app.definition;
  return { environment: WIRE_ENVIRONMENTS[environment], bundleId, appAppleId };
}
