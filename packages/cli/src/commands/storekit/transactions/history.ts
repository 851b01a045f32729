import { transactionHistoryPages } from "@holdfast/appstore/server-api";
import type { TransactionHistoryRequest } from "@holdfast/appstore/server-api";
import type { Command, Options, OptionSpec } from "../../../command.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { PAGE_OPTIONS, readPages, readPageWish } from "../../../server-api/read-pages.ts";
import {
  CUSTOMER_OPTION,
  findPlace,
  findTimeRange,
  findWord,
  parseWord,
  readList,
  requireTransactionId,
} from "../../../server-api/request-options.ts";
import { printSignedPages } from "../../../server-api/print-signed-answer.ts";
import { readSignedWish, SIGNED_HELP, SIGNED_OPTIONS } from "../../../server-api/signed-options.ts";
import { transactionTable } from "../../../server-api/transaction-rows.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../storekit/storekit-options.ts";

const FILTER_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--start <date>",
    description:
      "only what was bought from then on: a date, whose first moment in UTC counts, or a time with its zone",
  },
  { flags: "--end <date>", description: "only what was bought before then" },
  {
    flags: "--product-id <id>",
    description: "only this product; may come more than once, or with commas",
    repeatable: true,
  },
  {
    flags: "--product-type <type>",
    description:
      "only AUTO_RENEWABLE, NON_RENEWABLE, CONSUMABLE or NON_CONSUMABLE; may come more than once, or with commas",
    repeatable: true,
  },
  {
    flags: "--subscription-group-id <id>",
    description: "only subscriptions of this group; may come more than once, or with commas",
    repeatable: true,
  },
  { flags: "--ownership-type <type>", description: "only PURCHASED, or only FAMILY_SHARED" },
  {
    flags: "--revoked <answer>",
    description: "true: only what was refunded or revoked; false: only what was not",
    choices: ["true", "false"],
  },
  {
    flags: "--sort <order>",
    description: "by the last change: ASCENDING, which is Apple's default, or DESCENDING",
  },
];

/** `holdfast storekit transactions history` */
export const history: Command = {
  summary: "Show what a customer bought",
  description: `Up to 20 transactions a page. ${SIGNED_HELP}`,
  options: [
    CUSTOMER_OPTION,
    ...FILTER_OPTIONS,
    ...PAGE_OPTIONS,
    {
      flags: "--revision <revision>",
      description: "go on where an earlier answer with the same filters ended: its revision",
    },
    ...SIGNED_OPTIONS,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit transactions history --transaction-id 2000000000000001 --environment production --paginate --output table",
      does: "everything, to read",
    },
    {
      line: "holdfast storekit transactions history --transaction-id 2000000000000001 --product-type AUTO_RENEWABLE --sort DESCENDING --environment production --verify",
      does: "the latest of the subscriptions, verified as Apple's",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const transactionId = requireTransactionId(options, io);
    const request = readFilters(options);
    const pageWish = readPageWish(options);
    const wish = await readSignedWish(options, io);
    const client = await openAppStoreServer(options, io);
    const pages = transactionHistoryPages(client, transactionId, {
      request,
      revision: findPlace(options, "revision"),
      maxPages: pageWish.maxPages,
      signal: io.signal,
    });
    const read = await readPages(pages, io, {
      wish: pageWish,
      field: "signedTransactions",
      place: "revision",
      what: "transactions",
    });
    await printSignedPages(input, io, { client, wish, read, rowsOf: transactionTable });
    return 0;
  },
};

/** @throws UsageError `OPTION_INVALID` */
function readFilters(options: Options): TransactionHistoryRequest {
  const revoked = options.choice("revoked", ["true", "false"]);
  return {
    ...findTimeRange(options),
    productIds: readList(options, "product-id"),
    productTypes: readList(options, "product-type").map((text) =>
      parseWord(text, "--product-type"),
    ),
    subscriptionGroupIdentifiers: readList(options, "subscription-group-id"),
    inAppOwnershipType: findWord(options, "ownership-type"),
    sort: findWord(options, "sort"),
    revoked: revoked === undefined ? undefined : revoked === "true",
  };
}
