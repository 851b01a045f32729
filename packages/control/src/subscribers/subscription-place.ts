import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** Where a subscription is: an app in one of its environments. */
export interface SubscriptionPlace {
  readonly app: string;
  readonly environment: FlowEnvironment;
}
