import type { Command } from "../../../command.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { requireTransactionId } from "../../../server-api/request-options.ts";
import { printSignedAnswer } from "../../../server-api/print-signed-answer.ts";
import { readSignedWish, SIGNED_HELP, SIGNED_OPTIONS } from "../../../server-api/signed-options.ts";
import { transactionTable } from "../../../server-api/transaction-rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../storekit/storekit-options.ts";

/** `holdfast storekit transactions view` */
export const view: Command = {
  summary: "Show one transaction",
  description: SIGNED_HELP,
  options: [
    { flags: "--transaction-id <id>", description: "of the transaction; required", required: true },
    ...SIGNED_OPTIONS,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit transactions view --transaction-id 2000000000000001 --environment sandbox",
      does: "one transaction, signed",
    },
    {
      line: "holdfast storekit transactions view --transaction-id 2000000000000001 --environment production --verify --output json",
      does: "with what is in it, verified as Apple's",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const transactionId = requireTransactionId(options, io);
    const wish = await readSignedWish(options, io);
    const client = await openAppStoreServer(options, io);
    const answer = await client.getTransactionInfo(transactionId, { signal: io.signal });
    await printSignedAnswer(input, io, {
      client,
      wish,
      answer,
      rowsOf: ({ signedTransactionInfoDecoded }) =>
        transactionTable({
          signedTransactionsDecoded:
            signedTransactionInfoDecoded === undefined ? [] : [signedTransactionInfoDecoded],
        }),
    });
    return 0;
  },
};
