import { UsageError } from "@holdfast/appstore/errors";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io } from "../../../../command.ts";
import { print } from "../../../../output.ts";
import { changeEndpoint, currentUrl } from "../../../../storekit/change-endpoint.ts";
import { readEndpointHistory } from "../../../../storekit/endpoint-history.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging endpoint restore` */
export const restore: Command = {
  summary: "Set the URL back to what it was before the last change",
  description:
    "Goes by `endpoint history`. Refuses when the URL was changed elsewhere since. Restoring twice ends where it began.",
  options: STOREKIT_OPTIONS,
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging endpoint restore --environment production",
      does: "undo the last change",
    },
  ],
  async run(input, io) {
    const client = await openRetentionMessaging(input.options, io);
    const url = await previousUrl(client, io);
    const answer = await changeEndpoint(client, io, {
      action: "restored",
      to: url,
      make: () => client.configureRealtimeUrl(url, { signal: io.signal }),
    });
    const rows = [[answer.realtimeURL]];
    print(input, io, resultOfRows({ json: answer, head: ["Endpoint URL"], rows }));
    return 0;
  },
};

/** @throws UsageError `NOTHING_TO_RESTORE` */
async function previousUrl(client: RetentionMessagingClient, io: Io): Promise<string> {
  const last = (await readEndpointHistory(io, client)).at(-1);
  if (last === undefined) throw nothing("no change of the URL was made from here");
  if (last.from === null) {
    throw nothing("there was no URL before the last change; take it away with: endpoint delete");
  }
  const current = await currentUrl(client, io);
  // An answer that was lost leaves open which of the two it is.
  if (current === last.to || current === last.from) return last.from;
  throw nothing(
    `the last change from here led to ${last.to ?? "no URL"}, and now there is ${current ?? "none"}`,
  );
}

function nothing(why: string): UsageError<"NOTHING_TO_RESTORE"> {
  return new UsageError(
    "NOTHING_TO_RESTORE",
    `${why}; set the URL you want with: holdfast storekit retention-messaging endpoint set --url URL`,
  );
}
