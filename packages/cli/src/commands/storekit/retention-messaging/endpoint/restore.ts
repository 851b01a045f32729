import { UsageError } from "@holdfast/appstore/errors";
import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import { findRealtimeUrl } from "@holdfast/appstore/retention-messaging/client";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io } from "../../../../command.ts";
import { print } from "../../../../output.ts";
import { changeEndpoint } from "../../../../storekit/change-endpoint.ts";
import { requireSound } from "../../../../storekit/check-values.ts";
import { readEndpointHistory } from "../../../../storekit/endpoint-history.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../../../storekit/mutation.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging endpoint restore` */
export const restore: Command = {
  summary: "Set the URL back to what it was before the last change",
  description:
    "Goes by `endpoint history`. Without --confirm it only says which URL that would be, with exit code 2. Refuses when the URL was changed elsewhere since. Restoring twice ends where it began; but where there was no URL before, the last one stays: only endpoint delete takes a URL away.",
  options: [CONFIRM_OPTION, ...STOREKIT_OPTIONS],
  output: STOREKIT_OUTPUT,
  afterInterruption:
    "it may be done already: look with holdfast storekit retention-messaging endpoint view",
  examples: [
    {
      line: "holdfast storekit retention-messaging endpoint restore --environment production",
      does: "see which URL it would be",
    },
    {
      line: "holdfast storekit retention-messaging endpoint restore --confirm --environment production",
      does: "undo the last change",
    },
  ],
  async run(input, io) {
    const client = await openRetentionMessaging(input.options, io);
    const url = await previousUrl(client, io);
    requireSound("the URL before", checkRealtimeUrl(url), io);
    requireConfirm(input.options, `this sets the URL in ${client.environment} to ${url}`);
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
    throw new UsageError(
      "NOTHING_TO_RESTORE",
      "there was no URL before the last change; to take the URL away: holdfast storekit retention-messaging endpoint delete --confirm",
    );
  }
  const current = await findRealtimeUrl(client, { signal: io.signal });
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
