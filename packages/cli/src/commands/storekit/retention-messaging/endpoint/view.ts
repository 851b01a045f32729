import type { Command } from "../../../../command.ts";
import { print } from "../../../../output.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging endpoint view` */
export const view: Command = {
  summary: "Show the URL Apple asks",
  options: STOREKIT_OPTIONS,
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging endpoint view --environment production",
      does: "each environment has its own",
    },
  ],
  async run(input, io) {
    const client = await openRetentionMessaging(input.options, io);
    const answer = await client.getRealtimeUrl({ signal: io.signal });
    const rows = [[answer.realtimeURL]];
    print(input, io, resultOfRows({ json: answer, head: ["Endpoint URL"], rows }));
    return 0;
  },
};
