import type { RouteInput, routes } from "@holdfast/api";
import type { SubscriberLookup, SubscriberState } from "@holdfast/flow/evaluate";
import { needsSubscriberState } from "@holdfast/flow/evaluate";
import type { PreparedSnapshot } from "@holdfast/flow/snapshot";
import type { PublicationPlace } from "../publishing/index.ts";
import { readSubscriberState } from "../subscribers/state/read-stored.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** What is known of a subscriber, as the API takes it. */
export type SubscriberChoice = RouteInput<typeof routes.simulate>["body"]["subscriber"];

/** What is known of a subscriber, given with a request. */
export type GivenSubscriber = NonNullable<
  RouteInput<typeof routes.addFixture>["body"]["subscriber"]
>;

/** A request's subscription, and the flow that may ask for its state. */
export interface AskedSubscriber {
  readonly originalTransactionId: string;
  readonly productId: string;
  /** When Apple asked, milliseconds since 1970: what holds for a while is held against it. */
  readonly requestedAt: number;
  readonly flow: PreparedSnapshot;
}

/**
 * Returns what is known of a subscriber: as it is given, or as it is stored now. What no rule for the product
 * asks for is not looked up, as runtimes do.
 */
export async function findSubscriber(
  means: Pick<SimulatorMeans, "database" | "idsOf">,
  place: PublicationPlace,
  { chosen, asked }: { readonly chosen: SubscriberChoice; readonly asked: AskedSubscriber },
): Promise<SubscriberLookup> {
  const { status, ...given } = chosen;
  if (status !== "stored") return givenLookup({ ...given, status });
  if (!needsSubscriberState(asked.flow, asked.productId)) {
    return { status: "unavailable", reason: "notNeeded" };
  }
  const pseudonym = (await means.idsOf(place.app)).pseudonymOf(asked.originalTransactionId);
  const now = asked.requestedAt;
  const state = await readSubscriberState(means.database.queries, place, { pseudonym, now });
  return state === undefined ? { status: "notFound" } : { status: "found", state };
}

/** Returns the lookup that is given. */
export function givenLookup(given: GivenSubscriber): SubscriberLookup {
  const { status, attributes, subscriptionStartedAt, previousDecisions, reason } = given;
  if (status === "notFound") return { status };
  if (status === "unavailable") return { status, reason: reason ?? "noStore" };
  const { rules = {}, offers = {} } = previousDecisions ?? {};
  const state = {
    attributes,
    ...(subscriptionStartedAt === undefined ? {} : { subscriptionStartedAt }),
    previousDecisions: { rules, offers },
  };
  // A member that may be undefined is one that may be absent to whoever reads it.
  return { status, state: state as SubscriberState };
}
