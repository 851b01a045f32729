import type { Command } from "../../../../command.ts";
import { DEFAULT_PLACE_OPTIONS, requireDefaultPlace } from "../../../../storekit/default-place.ts";
import { print } from "../../../../output.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging defaults view` */
export const view: Command = {
  summary: "Show the default message of a product and locale",
  options: [...DEFAULT_PLACE_OPTIONS, ...STOREKIT_OPTIONS],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging defaults view --product-id com.example.monthly --locale en-US --environment sandbox",
      does: "which message Apple falls back to",
    },
  ],
  async run(input, io) {
    const place = requireDefaultPlace(input.options, io);
    const client = await openRetentionMessaging(input.options, io);
    const answer = await client.getDefaultMessage(place, { signal: io.signal });
    const rows = [[answer.messageIdentifier]];
    print(input, io, resultOfRows({ json: answer, head: ["Message ID"], rows }));
    return 0;
  },
};
