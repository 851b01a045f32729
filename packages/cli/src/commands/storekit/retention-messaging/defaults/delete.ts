import type { Command } from "../../../../command.ts";
import { DEFAULT_PLACE_OPTIONS, requireDefaultPlace } from "../../../../storekit/default-place.ts";
import { CONFIRM_OPTION, printMutation, requireConfirm } from "../../../../storekit/mutation.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging defaults delete` */
export const deleteDefault: Command = {
  summary: "Delete the default message of a product and locale",
  description:
    "Without a default message Apple shows nothing for this product and locale. Deleting one that is not there succeeds.",
  options: [...DEFAULT_PLACE_OPTIONS, CONFIRM_OPTION, ...STOREKIT_OPTIONS],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging defaults delete --product-id com.example.monthly --locale en-US --confirm --environment sandbox",
      does: "one product in one locale",
    },
  ],
  async run(input, io) {
    requireConfirm(input.options);
    const place = requireDefaultPlace(input.options, io);
    const client = await openRetentionMessaging(input.options, io);
    await client.deleteDefaultMessage(place, { signal: io.signal });
    printMutation(input, io, {
      resource: "default",
      identifier: `${place.productId}/${place.locale}`,
      action: "deleted",
      environment: client.environment,
    });
    return 0;
  },
};
