import { UsageError } from "@holdfast/appstore/errors";
import type {
  CancelSheetView,
  EnvironmentName,
  Subscriber,
  Subscription,
} from "@holdfast/emulator";
import { callEmulator } from "./call-emulator.ts";

/** An answer may be waited for longer than Apple does, where the local App Store was told so. */
const TIMEOUT_MS = 60_000;

/** Which subscriber opens the page that can cancel, and where. */
export interface CancelSheetChoice {
  readonly port: number;
  /** The app's id in the local App Store. */
  readonly app: string;
  readonly environment: EnvironmentName;
  /** The subscriber, by the subscription's originalTransactionId; default the first one with something to cancel. */
  readonly subscriber?: string | undefined;
  /** Only those of this product are looked at. */
  readonly product?: string | undefined;
  /** The device's locale; default the subscriber's own. */
  readonly locale?: string | undefined;
}

/**
 * Has a subscriber of a running local App Store open the page that can cancel, once, and returns what came
 * of it: what was asked and answered, and what a tap on Cancel would show.
 *
 * @throws UsageError `SUBSCRIBER_UNKNOWN`, and those of {@link callEmulator}
 */
export async function openCancelSheet(choice: CancelSheetChoice): Promise<CancelSheetView> {
  const { port, subscriber, locale } = choice;
  const originalTransactionId = subscriber ?? (await findSubscriber(choice));
  const view = await callEmulator({
    port,
    method: "POST",
    path: `${placeOf(choice)}/cancel-sheets`,
    timeoutMs: TIMEOUT_MS,
    body: {
      originalTransactionId,
      ...(locale === undefined ? {} : { overrides: { userLocale: locale } }),
    },
  });
  // The local App Store writes its own type as it is.
  return view as unknown as CancelSheetView;
}

async function findSubscriber(choice: CancelSheetChoice): Promise<string> {
  const { port, product } = choice;
  const path = `${placeOf(choice)}/subscribers`;
  const { subscribers } = (await callEmulator({ port, path })) as {
    // As above: the local App Store's own type.
    readonly subscribers: readonly Subscriber[];
  };
  const wanted = subscribers.filter(
    ({ productId, ownership }) =>
      ownership === "PURCHASED" && (product === undefined || productId === product),
  );
  for (const { originalTransactionId } of wanted) {
    const { subscription } = (await callEmulator({
      port,
      path: `${path}/${encodeURIComponent(originalTransactionId)}`,
    })) as { readonly subscription: Subscription };
    // Of the family's and those that end anyhow nobody has a Cancel button.
    if (subscription.renewal.isOn && subscription.expirationReason === undefined) {
      return originalTransactionId;
    }
  }
  const products = [...new Set(subscribers.map(({ productId }) => productId))].join(", ");
  throw new UsageError(
    "SUBSCRIBER_UNKNOWN",
    `${choice.app} has no subscriber${product === undefined ? "" : ` of ${product}`} with something to cancel; there are some of: ${products}`,
  );
}

function placeOf({ app, environment }: CancelSheetChoice): string {
  return `/apps/${encodeURIComponent(app)}/${environment}`;
}
