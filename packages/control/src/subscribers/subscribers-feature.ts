import { routes } from "@holdfast/api";
import { implement } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import { putAttributes } from "./attributes/put-attributes.ts";
import { eraseSubscriber } from "./erase-subscriber.ts";
import { findSubscriber } from "./find-subscriber.ts";
import { writableState } from "./state/writable-state.ts";
import { readSubscriberState } from "./state/read-stored.ts";
import type { SubscribersMeans } from "./subscribers-means.ts";

/** Returns the operations on subscribers: their state for runtimes and for people, attributes, erasure. */
export function createSubscribersFeature(means: SubscribersMeans): Feature {
  return {
    operations: [
      readState(means),
      findSubscriber(means),
      putAttributes(means),
      eraseSubscriber(means),
    ],
  };
}

/** One answer to a runtime's lookup, without a transaction and without asking for the app first. */
function readState({ database: { queries } }: SubscribersMeans): Implementation {
  return implement(routes.readSubscriberState, async ({ params }, { now }) => {
    const { pseudonym } = params;
    const state = await readSubscriberState(queries, params, { pseudonym, now });
    if (state === undefined) return { body: { found: false } };
    return { body: { found: true, state: writableState(state) } };
  });
}
