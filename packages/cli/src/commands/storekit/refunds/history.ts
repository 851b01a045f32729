import { refundHistoryPages } from "@holdfast/appstore/server-api";
import type { Command } from "../../../command.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { PAGE_OPTIONS, readPages, readPageWish } from "../../../server-api/read-pages.ts";
import {
  CUSTOMER_OPTION,
  findPlace,
  requireTransactionId,
} from "../../../server-api/request-options.ts";
import { printSignedPages } from "../../../server-api/print-signed-answer.ts";
import { readSignedWish, SIGNED_HELP, SIGNED_OPTIONS } from "../../../server-api/signed-options.ts";
import { refundTable } from "../../../server-api/transaction-rows.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../storekit/storekit-options.ts";

/** `holdfast storekit refunds history` */
export const history: Command = {
  summary: "Show what a customer was refunded",
  description: `Up to 20 transactions a page, the earliest refund first. ${SIGNED_HELP}`,
  options: [
    CUSTOMER_OPTION,
    ...PAGE_OPTIONS,
    {
      flags: "--revision <revision>",
      description: "go on where an earlier answer ended: its revision",
    },
    ...SIGNED_OPTIONS,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit refunds history --transaction-id 2000000000000001 --environment production --paginate --output table",
      does: "every refund, to read",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const transactionId = requireTransactionId(options, io);
    const pageWish = readPageWish(options);
    const wish = await readSignedWish(options, io);
    const client = await openAppStoreServer(options, io);
    const pages = refundHistoryPages(client, transactionId, {
      revision: findPlace(options, "revision"),
      maxPages: pageWish.maxPages,
      signal: io.signal,
    });
    const read = await readPages(pages, io, {
      wish: pageWish,
      field: "signedTransactions",
      place: "revision",
      what: "refunds",
    });
    await printSignedPages(input, io, { client, wish, read, rowsOf: refundTable });
    return 0;
  },
};
