import { UsageError } from "@holdfast/appstore/errors";
import { notificationHistoryPages } from "@holdfast/appstore/server-api";
import type { NotificationHistoryRequest } from "@holdfast/appstore/server-api";
import type { Command, Io, Options, OptionSpec } from "../../../command.ts";
import { notificationTable } from "../../../server-api/notification-rows.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { PAGE_OPTIONS, readPages, readPageWish } from "../../../server-api/read-pages.ts";
import {
  findPlace,
  findTransactionId,
  findWord,
  requireTimeRange,
} from "../../../server-api/request-options.ts";
import { printSignedPages } from "../../../server-api/print-signed-answer.ts";
import { readSignedWish, SIGNED_HELP, SIGNED_OPTIONS } from "../../../server-api/signed-options.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../storekit/storekit-options.ts";

const FILTER_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--start <date>",
    description:
      "from when on they were sent: a date, whose first moment in UTC counts, or a time with its zone; required",
    required: true,
  },
  {
    flags: "--end <date>",
    description: "until when they were sent, in the same way; required",
    required: true,
  },
  {
    flags: "--notification-type <type>",
    description: "only this type, like DID_CHANGE_RENEWAL_STATUS",
  },
  { flags: "--type <type>", description: "the same as --notification-type" },
  {
    flags: "--subtype <subtype>",
    description: "only this subtype, like AUTO_RENEW_DISABLED; needs the type it belongs to",
  },
  {
    flags: "--transaction-id <id>",
    description: "only about the customer of this transaction; not together with a type",
  },
  {
    flags: "--only-failures",
    description: "only those that did not reach the server, or are still on their way",
  },
];

/** `holdfast storekit notifications history` */
export const history: Command = {
  summary: "Show the notifications Apple sent, and how sending them went",
  description: `App Store Server Notifications, version 2. Apple keeps 180 days of them in production and 30 in the sandbox. Up to 20 a page. ${SIGNED_HELP}`,
  options: [
    ...FILTER_OPTIONS,
    ...PAGE_OPTIONS,
    {
      flags: "--pagination-token <token>",
      description: "go on where an earlier answer with the same filters ended: its paginationToken",
    },
    ...SIGNED_OPTIONS,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit notifications history --start 2026-11-01 --end 2026-11-08 --environment production --only-failures --paginate --output table",
      does: "what did not arrive in a week, to read",
    },
    {
      line: "holdfast storekit notifications history --start 2026-11-01 --end 2026-11-08 --notification-type DID_CHANGE_RENEWAL_STATUS --subtype AUTO_RENEW_DISABLED --environment production --paginate --verify",
      does: "who turned renewal off, verified as Apple's",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const request = readFilters(options, io);
    const pageWish = readPageWish(options);
    const wish = await readSignedWish(options, io);
    const client = await openAppStoreServer(options, io);
    const pages = notificationHistoryPages(client, request, {
      paginationToken: findPlace(options, "pagination-token"),
      maxPages: pageWish.maxPages,
      signal: io.signal,
    });
    const read = await readPages(pages, io, {
      wish: pageWish,
      field: "notificationHistory",
      place: "paginationToken",
      what: "notifications",
    });
    await printSignedPages(input, io, { client, wish, read, rowsOf: notificationTable });
    return 0;
  },
};

/** @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, `TRANSACTION_ID_INVALID` */
function readFilters(options: Options, io: Pick<Io, "warn">): NotificationHistoryRequest {
  const range = requireTimeRange(options);
  const notificationType = findWord(options, "notification-type") ?? findWord(options, "type");
  const notificationSubtype = findWord(options, "subtype");
  const transactionId = findTransactionId(options, io);
  if (notificationSubtype !== undefined && notificationType === undefined) {
    throw new UsageError("OPTION_INVALID", "--subtype requires --notification-type");
  }
  if (notificationType !== undefined && transactionId !== undefined) {
    throw new UsageError(
      "OPTION_INVALID",
      "--transaction-id and --notification-type: Apple takes one of them, not both",
    );
  }
  return {
    ...range,
    notificationType,
    notificationSubtype,
    transactionId,
    onlyFailures: options.flag("only-failures") ? true : undefined,
  };
}
