import type { Clock } from "../clock/clock.ts";
import type { CancelSheet } from "../realtime/index.ts";
import { findEnvironment, settleReviews, type World } from "../world/index.ts";
import { acceptanceOf } from "./accept-shown.ts";
import type { Emulator } from "./emulator.ts";

/** What opening the page and tapping on it needs beside the world. */
export interface CancelSheetContext {
  readonly cancelSheet: CancelSheet;
  readonly subscriptions: Pick<Emulator, "subscription" | "changeSubscription">;
  readonly clock: Clock;
  /** Throws `CLOSED` once the emulator is closed. */
  readonly assertOpen: () => void;
}

/** Returns what subscribers do on the page with a Cancel button. */
export function createCancelSheetOperations(
  world: World,
  { cancelSheet, subscriptions, clock, assertOpen }: CancelSheetContext,
): Pick<Emulator, "openCancelSheet" | "tapCancel" | "acceptShown" | "counts"> {
  return {
    async openCancelSheet(sheet) {
      assertOpen();
      settleReviews(findEnvironment(world, sheet), clock.now());
      await subscriptions.subscription(sheet);
      return cancelSheet.open(sheet);
    },
    tapCancel: (view) => cancelSheet.tap(typeof view === "string" ? view : view.viewId),
    async acceptShown(of) {
      const viewId = typeof of === "string" ? of : of.viewId;
      const { shown } = cancelSheet.tap(viewId);
      const { app, environment, subscriber } = cancelSheet.view(viewId);
      const { originalTransactionId } = subscriber;
      const place = { app, environment, originalTransactionId };
      return subscriptions.changeSubscription(place, acceptanceOf(shown));
    },
    counts: () => cancelSheet.counts(),
  };
}
