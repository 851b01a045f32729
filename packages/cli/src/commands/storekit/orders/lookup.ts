import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../../../command.ts";
import { openAppStoreServer } from "../../../server-api/open-app-store-server.ts";
import { printSignedAnswer } from "../../../server-api/print-signed-answer.ts";
import { readSignedWish, SIGNED_HELP, SIGNED_OPTIONS } from "../../../server-api/signed-options.ts";
import { orderTable } from "../../../server-api/transaction-rows.ts";
import {
  requireEnvironment,
  STOREKIT_LIST_OUTPUT,
  STOREKIT_OPTIONS,
} from "../../../storekit/storekit-options.ts";

/** `holdfast storekit orders lookup` */
export const lookup: Command = {
  summary: "Show what was bought in an order",
  description: `The order's id is on the receipt Apple mails to the customer. An order without anything of this app has status 1 and no transactions. Apple has orders in production only. ${SIGNED_HELP}`,
  options: [
    {
      flags: "--order-id <id>",
      description: "as on the customer's receipt; required",
      required: true,
    },
    ...SIGNED_OPTIONS,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit orders lookup --order-id MK5TTTVWJH --environment production --output table",
      does: "what somebody who writes to support has bought",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const orderId = requireOrderId(options);
    requireProduction(options);
    const wish = await readSignedWish(options, io);
    const client = await openAppStoreServer(options, io);
    const answer = await client.lookUpOrderId(orderId, { signal: io.signal });
    await printSignedAnswer(input, io, { client, wish, answer, rowsOf: orderTable });
    return 0;
  },
};

/** What an order's id looks like is not documented: any word passes. */
function requireOrderId(options: Options): string {
  const orderId = options.required("order-id").trim();
  if (/^\w[\w-]{0,127}$/.test(orderId)) return orderId;
  throw new UsageError(
    "OPTION_INVALID",
    "--order-id: expected letters and digits, as on the customer's receipt",
  );
}

function requireProduction(options: Options): void {
  if (requireEnvironment(options) === "production") return;
  throw new UsageError(
    "OPTION_INVALID",
    "--environment: expected production, for Apple has orders there alone",
  );
}
