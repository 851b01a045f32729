import type { RouteBody, routes } from "@holdfast/api";
import type { SubscriberState } from "@holdfast/flow/evaluate";

type ShownState = NonNullable<RouteBody<typeof routes.readSubscriberState>["state"]>;

/** Returns a state as the API's types want it: with lists they might change. */
export function writableState({
  attributes,
  previousDecisions: { rules, offers },
  ...state
}: SubscriberState): ShownState {
  return {
    ...state,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        // A list of texts is the one value that is an object.
        typeof value === "object" && value !== null ? [...value] : value,
      ]),
    ),
    previousDecisions: { rules: { ...rules }, offers: { ...offers } },
  };
}
