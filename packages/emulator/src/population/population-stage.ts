import type { Clock } from "../clock/clock.ts";
import type { SubscriptionOperations } from "../emulator/subscription-operations.ts";
import type { CancelSheetView, Impression, OpenCancelSheetOptions } from "../realtime/index.ts";
import type { SubscriptionChange } from "../emulator/subscription-operations.ts";
import type { World } from "../world/index.ts";

/** Who there is, and what they can do. */
export interface PopulationStage extends SubscriptionOperations {
  readonly clock: Clock;
  readonly world: World;
  /** How long a day of subscriptions lasts, in days; default 1. */
  readonly timeScale?: number | undefined;
  openCancelSheet(options: OpenCancelSheetOptions): Promise<CancelSheetView>;
  tapCancel(viewId: string): Impression;
  acceptShown(viewId: string): Promise<SubscriptionChange>;
}
