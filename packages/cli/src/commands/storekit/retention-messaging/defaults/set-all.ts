import { CodedError, UsageError } from "@holdfast/appstore/errors";
import { parseCatalog } from "@holdfast/flow/catalog";
import { combineDefaults, splitList } from "../../../../bulk/default-rows.ts";
import { setDefaults, SET_DEFAULTS_OPTIONS } from "../../../../bulk/set-defaults.ts";
import type { Command, Io, Options } from "../../../../command.ts";
import { readJson } from "../../../../files.ts";
import { MESSAGE_ID_OPTION, requireIdentifier } from "../../../../storekit/identifier-option.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging defaults set-all` */
export const setAll: Command = {
  summary: "Set one default message for many products and locales",
  description:
    "Every product in every locale, one call each, at Apple's pace: 36,000 an hour in production, 3,600 in the sandbox. The message must be approved. With --state an interrupted run goes on where it was. Exits 1 when Apple refused some.",
  options: [
    MESSAGE_ID_OPTION,
    { flags: "--products <ids>", description: "product ids, separated by commas" },
    { flags: "--all-from <catalog>", description: "all products of a catalog.json instead" },
    {
      flags: "--locales <locales>",
      description: "App Store locales separated by commas, or all of them",
      default: "all",
    },
    ...SET_DEFAULTS_OPTIONS,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging defaults set-all --message-id 33333333-3333-4333-8333-333333333333 --products com.example.monthly,com.example.yearly --locales en-US,en-GB --environment sandbox",
      does: "two products in two locales",
    },
    {
      line: "holdfast storekit retention-messaging defaults set-all --message-id 33333333-3333-4333-8333-333333333333 --all-from catalog.json --environment production --state defaults.done",
      does: "everything, resumable",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const messageId = requireIdentifier(options, "message-id", io);
    const products = await readProducts(options, io);
    const rows = combineDefaults(messageId, { products, locales: options.required("locales") });
    const client = await openRetentionMessaging(options, io);
    return setDefaults(rows, client, { input, io });
  },
};

/** @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, `FILE_UNREADABLE`, `CATALOG_MALFORMED` */
async function readProducts(options: Options, io: Io): Promise<readonly string[]> {
  const products = options.text("products");
  const catalogFile = options.text("all-from");
  if (products !== undefined && catalogFile !== undefined) {
    throw new UsageError("OPTION_INVALID", "give either --products or --all-from");
  }
  if (products !== undefined) return splitList(products);
  if (catalogFile === undefined) {
    throw new UsageError("OPTION_MISSING", "--products or --all-from is required");
  }
  const value = await readJson(io, catalogFile);
  try {
    return parseCatalog(value).products.map(({ productId }) => productId);
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new UsageError(cause.code, `${catalogFile}: ${cause.message}`, { cause });
  }
}
