import type { Command } from "../../../../command.ts";
import { print } from "../../../../output.ts";
import { readEndpointHistory } from "../../../../storekit/endpoint-history.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging endpoint history` */
export const history: Command = {
  summary: "Show how the URL was changed from here",
  description:
    "Every change made by `endpoint set`, `delete`, `restore`, `apply` and `deploy` on this machine, the oldest first. Apple keeps none; nothing is asked of Apple.",
  options: STOREKIT_OPTIONS,
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging endpoint history --environment production",
      does: "of the app of the default credentials",
    },
  ],
  async run(input, io) {
    const client = await openRetentionMessaging(input.options, io);
    const changes = await readEndpointHistory(io, client);
    print(
      input,
      io,
      resultOfRows({
        json: { changes },
        head: ["At", "Action", "From", "To"],
        fields: ["at", "action", "from", "to"],
        rows: changes.map(({ at, action, from, to }) => [at, action, from ?? "", to ?? ""]),
      }),
    );
    return 0;
  },
};
