import type { Command } from "../../../../command.ts";
import { DEFAULT_PLACE_OPTIONS, requireDefaultPlace } from "../../../../storekit/default-place.ts";
import { print } from "../../../../output.ts";
import { MESSAGE_ID_OPTION, requireIdentifier } from "../../../../storekit/identifier-option.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging defaults set` */
export const set: Command = {
  summary: "Set the default message of a product and locale",
  description:
    "What Apple shows when our answer is missing, late or refused. Without a default message nothing is shown for this product and locale at all. The message and its images must be approved.",
  options: [...DEFAULT_PLACE_OPTIONS, MESSAGE_ID_OPTION, ...STOREKIT_OPTIONS],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging defaults set --product-id com.example.monthly --locale en-US --message-id 33333333-3333-4333-8333-333333333333 --environment sandbox",
      does: "one product in one locale",
    },
  ],
  async run(input, io) {
    const place = requireDefaultPlace(input.options, io);
    const identifier = requireIdentifier(input.options, "message-id", io);
    const client = await openRetentionMessaging(input.options, io);
    const answer = await client.configureDefaultMessage(place, identifier, { signal: io.signal });
    const rows = [[answer.messageIdentifier]];
    print(input, io, resultOfRows({ json: answer, head: ["Message ID"], rows }));
    return 0;
  },
};
