import type { Command } from "../../../command.ts";
import { testNotificationTable } from "../../../server-api/notification-rows.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { printSignedAnswer } from "../../../server-api/print-signed-answer.ts";
import { readSignedWish, SIGNED_HELP, SIGNED_OPTIONS } from "../../../server-api/signed-options.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../storekit/storekit-options.ts";

/** `holdfast storekit notifications test-status` */
export const testStatus: Command = {
  summary: "Show how sending a test notification went",
  description: `Apple answers 404 until it has tried. ${SIGNED_HELP}`,
  options: [
    { flags: "--token <token>", description: "what `notifications test` gave; required" },
    ...SIGNED_OPTIONS,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit notifications test-status --token ce3af791-365e-4c60-841b-1674b43c1609_1795251600000 --environment sandbox --output table",
      does: "every attempt, and how it ended",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const token = options.required("token").trim();
    const wish = await readSignedWish(options, io);
    const client = await openAppStoreServer(options, io);
    const answer = await client.getTestNotificationStatus(token, { signal: io.signal });
    await printSignedAnswer(input, io, { client, wish, answer, rowsOf: testNotificationTable });
    return 0;
  },
};
