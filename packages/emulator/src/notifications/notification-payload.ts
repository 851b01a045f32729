import type {
  NotificationData,
  ResponseBodyV2DecodedPayload,
} from "@holdfast/appstore/signed-data";
import type { SigningChain } from "../ca/index.ts";
import { WIRE_ENVIRONMENTS } from "../realtime/index.ts";
import { signSubscription } from "../signed-subscriptions/index.ts";
import type { EnvironmentWorld } from "../world/index.ts";
import { statusOf, type SubscriptionEvent } from "../world/subscriptions/index.ts";

/** Apple's number of this kind of notifications. */
const VERSION = "2.0";

/** What every notification says of itself. */
interface Heading {
  readonly notificationUUID: string;
  /** Milliseconds since 1970. */
  readonly signedDate: number;
}

/** Returns what Apple tells of `event`, with the subscription as it was then. */
export async function eventPayload(
  world: EnvironmentWorld,
  { notificationType, subtype, subscription }: SubscriptionEvent,
  { chain, ...heading }: Heading & { readonly chain: SigningChain },
): Promise<ResponseBodyV2DecodedPayload> {
  const { signedDate } = heading;
  return {
    notificationType,
    ...(subtype === undefined ? {} : { subtype }),
    ...heading,
    version: VERSION,
    data: {
      ...appDataOf(world),
      // The build a purchase was made in; nobody tells the emulator of builds.
      bundleVersion: "1",
      ...(await signSubscription(world, subscription, { chain, signedDate })),
      status: statusOf(subscription),
    },
  };
}

/** Returns what Apple sends to try a URL. */
export function testPayload(
  world: EnvironmentWorld,
  heading: Heading,
): ResponseBodyV2DecodedPayload {
  return { notificationType: "TEST", ...heading, version: VERSION, data: appDataOf(world) };
}

/**
 * Apple leaves the app's number out in the sandbox.
 *
 * @see https://developer.apple.com/documentation/appstoreservernotifications/data
 */
function appDataOf({ app, environment }: EnvironmentWorld): NotificationData {
  const { appAppleId, bundleId } = app.definition;
  return {
    ...(environment === "sandbox" ? {} : { appAppleId }),
    bundleId,
    environment: WIRE_ENVIRONMENTS[environment],
  };
}
