import type { Command } from "../../../command.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { CUSTOMER_OPTION, requireTransactionId } from "../../../server-api/request-options.ts";
import { printSignedAnswer } from "../../../server-api/print-signed-answer.ts";
import { readSignedWish, SIGNED_HELP, SIGNED_OPTIONS } from "../../../server-api/signed-options.ts";
import { readStatuses, STATUS_OPTION } from "../../../server-api/status-option.ts";
import { subscriptionTable } from "../../../server-api/subscription-rows.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../storekit/storekit-options.ts";

/** `holdfast storekit subscriptions status` */
export const status: Command = {
  summary: "Show how all subscriptions of a customer stand",
  description: `With the last transaction and the renewal info of each. ${SIGNED_HELP}`,
  options: [CUSTOMER_OPTION, STATUS_OPTION, ...SIGNED_OPTIONS, ...STOREKIT_OPTIONS],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit subscriptions status --transaction-id 2000000000000001 --environment production --output table",
      does: "every subscription, to read",
    },
    {
      line: "holdfast storekit subscriptions status --transaction-id 2000000000000001 --status active,billing_grace_period --environment sandbox --decode",
      does: "only those that are served, with what is signed",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const transactionId = requireTransactionId(options, io);
    const statuses = readStatuses(options);
    const wish = await readSignedWish(options, io);
    const client = await openAppStoreServer(options, io);
    const answer = await client.getAllSubscriptionStatuses(transactionId, {
      status: statuses,
      signal: io.signal,
    });
    await printSignedAnswer(input, io, { client, wish, answer, rowsOf: subscriptionTable });
    return 0;
  },
};
