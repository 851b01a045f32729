import type { Command } from "../../../../command.ts";
import { changeEndpoint } from "../../../../storekit/change-endpoint.ts";
import { CONFIRM_OPTION, printMutation, requireConfirm } from "../../../../storekit/mutation.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging endpoint delete` */
export const deleteEndpoint: Command = {
  summary: "Take away the URL Apple asks",
  description:
    "Apple then asks nobody and shows default messages. The URL is written down: `endpoint restore` sets it back.",
  options: [CONFIRM_OPTION, ...STOREKIT_OPTIONS],
  output: STOREKIT_OUTPUT,
  afterInterruption:
    "it may be done already: look with holdfast storekit retention-messaging endpoint view",
  examples: [
    {
      line: "holdfast storekit retention-messaging endpoint delete --confirm --environment sandbox",
      does: "of the sandbox",
    },
  ],
  async run(input, io) {
    requireConfirm(
      input.options,
      "Apple then asks nobody, until a URL is set or endpoint restore sets it back",
    );
    const client = await openRetentionMessaging(input.options, io);
    const action = await changeEndpoint(client, io, {
      action: "deleted",
      to: null,
      async make(from) {
        await client.deleteRealtimeUrl({ signal: io.signal });
        return from === null ? ("skipped" as const) : ("deleted" as const);
      },
    });
    if (action === "skipped") io.warn(`there was no URL in ${client.environment}`);
    const { environment } = client;
    printMutation(input, io, {
      resource: "endpoint",
      identifier: "realtime/url",
      action,
      environment,
    });
    return 0;
  },
};
