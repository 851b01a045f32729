import { UsageError } from "@holdfast/appstore/errors";
import type { Command } from "../../../command.ts";
import { print } from "../../../output.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { resultOfRows } from "../../../storekit/rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../storekit/storekit-options.ts";

/** `holdfast storekit notifications test` */
export const test: Command = {
  summary: "Have Apple send a test notification",
  description:
    "Apple posts one notification of type TEST to the app's URL for App Store Server Notifications. The token it answers with is for `notifications test-status`.",
  options: [
    { flags: "--confirm", description: "say that it is meant; required" },
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit notifications test --environment sandbox --confirm",
      does: "to the sandbox's URL",
    },
  ],
  async run(input, io) {
    const { options } = input;
    if (!options.flag("confirm")) {
      throw new UsageError("OPTION_MISSING", "--confirm is required: a server will be called");
    }
    const client = await openAppStoreServer(options, io);
    const answer = await client.requestTestNotification({ signal: io.signal });
    print(
      input,
      io,
      resultOfRows({
        json: answer,
        head: ["Test Notification Token"],
        rows: [[answer.testNotificationToken ?? ""]],
      }),
    );
    return 0;
  },
};
