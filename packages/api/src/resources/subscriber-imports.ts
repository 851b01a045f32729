import { defineRoute } from "../contract/define-route.ts";
import { appId, environment, id, sha256Hex } from "../fields/identifiers.ts";
import { decimal, flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { personId } from "./access-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";

const TAG = "Subscribers";

/** How many ids a file may have. */
const MAX_IMPORT_TOTAL = 100_000_000;

/** How many transaction ids one call may add to an import. */
export const MAX_IMPORTED_AT_ONCE = 1000;

/** As many ids of the longest form, with quotes and commas. */
const MAX_IMPORT_BODY_BYTES = 256 * 1024;

const IMPORTS_PATH = `${CONTENT_PATH}/subscriber-imports` as const;

const importId = id("The import's id.", "import_4kPq");

function count(about: string, example = 120) {
  return whole(about, { min: 0, max: MAX_IMPORT_TOTAL, example });
}

const importName = text("What it is called in lists, like the name of its file.", {
  max: 200,
  example: "subscribers-2026-11.csv",
});

const importSchema = open(
  {
    id: importId,
    app: appId,
    environment,
    name: importName.optional(),
    state: choice(
      "How it stands. Apple is asked while ids are received as well; the last two are ends.",
      ["receiving", "fetching", "done", "cancelled"],
    ),
    total: count("How many ids the file has.", 250_000),
    received: count("How many came so far: the offset of the next ones.", 250_000),
    accepted: count("Of these, how many were put in the queue.", 249_000),
    repeated: count("How many were in the file or in the queue before.", 900),
    invalid: count("How many are not digits, as transaction ids are.", 100),
    fetched: count("Of the accepted, of how many Apple told the status.", 120_000),
    notFound: count(
      "How many Apple does not know in this app and environment, or knows no subscription of.",
      40,
    ),
    failed: count("How many were given up: asked about in vain for a day, or erased meanwhile.", 0),
    waiting: count("How many of the accepted Apple has not been asked about yet.", 128_960),
    ratePerSecond: decimal(
      "How many statuses a second were fetched lately; absent where none were.",
      {
        min: 0,
        max: 1_000_000,
        example: 24.6,
      },
    ).optional(),
    etaSeconds: whole(
      "How long it will take at that rate, in seconds, after what is ahead of it; absent where that is not known.",
      { min: 0, max: Number.MAX_SAFE_INTEGER, example: 5243 },
    ).optional(),
    createdBy: personId.meta({ description: "The id of who began it." }),
    createdAt: moment("When it was begun."),
    endedAt: moment("When it ended; absent while it is under way.").optional(),
  },
  { id: "SubscriberImport", about: "An import of subscribers, and how far it is." },
);

/** Begins or continues an import. */
export const createSubscriberImport = defineRoute({
  operationId: "createSubscriberImport",
  method: "POST",
  path: IMPORTS_PATH,
  tag: TAG,
  summary: "Begin or continue an import",
  description:
    "Begins an import of subscribers by their transaction ids, which are sent afterwards; or returns the one of the same file in this app and environment that is under way or done, so that whoever was cut off goes on at its `received`. A file whose import was cancelled, or is done where `again` says so, is imported anew. CONFLICT where the file is under way with another total.",
  access: "editor",
  params: contentParams,
  body: strict(
    {
      fileSha256: sha256Hex(
        "SHA-256 of the file, or of its ids, by which it is found again. Only a keyed hash of it is kept.",
      ),
      total: whole("How many ids the file has.", {
        min: 1,
        max: MAX_IMPORT_TOTAL,
        example: 250_000,
      }),
      name: importName.optional(),
      again: flag("Whether to import a file again whose import is done.", false).default(false),
    },
    { id: "NewSubscriberImport", about: "The file to import." },
  ),
  success: { status: 200, about: "The import.", body: importSchema },
  errors: ["CONFLICT"],
});

/** Adds ids to an import. */
export const addToSubscriberImport = defineRoute({
  operationId: "addToSubscriberImport",
  method: "POST",
  path: `${IMPORTS_PATH}/{import}/transaction-ids`,
  tag: TAG,
  summary: "Add ids to an import",
  description:
    "Adds transaction ids of any transaction of a customer, in the file's order: `offset` says how many are before them. Those that came before are passed over, so that sending them again changes nothing; CONFLICT where some before them are missing, where there would be more than the total, and once the import has ended. Ids are sealed at once and deleted when Apple was asked.",
  access: "editor",
  params: { ...contentParams, import: importId },
  body: strict(
    {
      offset: whole("How many ids of the file are before these.", {
        min: 0,
        max: MAX_IMPORT_TOTAL,
        example: 1000,
      }),
      transactionIds: list(
        "The ids; what is no number of up to 20 digits is counted as invalid.",
        text("A transactionId or originalTransactionId.", {
          max: 64,
          min: 0,
          example: "2000000123456789",
        }),
        { max: MAX_IMPORTED_AT_ONCE, min: 1 },
      ),
    },
    { id: "ImportedTransactionIds", about: "Transaction ids of subscribers." },
  ),
  maxBodyBytes: MAX_IMPORT_BODY_BYTES,
  success: { status: 200, about: "The import with these.", body: importSchema },
  errors: ["CONFLICT"],
});

/** Reads an import. */
export const readSubscriberImport = defineRoute({
  operationId: "readSubscriberImport",
  method: "GET",
  path: `${IMPORTS_PATH}/{import}`,
  tag: TAG,
  summary: "Read an import",
  description: "Reads how far an import is, and how long it will take.",
  access: "viewer",
  params: { ...contentParams, import: importId },
  success: { status: 200, about: "The import.", body: importSchema },
});

/** Lists imports. */
export const listSubscriberImports = defineRoute({
  operationId: "listSubscriberImports",
  method: "GET",
  path: IMPORTS_PATH,
  tag: TAG,
  summary: "List imports",
  description: "Lists the imports of an environment, the newest first.",
  access: "viewer",
  params: contentParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of imports.",
    body: page("SubscriberImportPage", "A page of imports.", importSchema),
  },
});

/** Cancels an import. */
export const cancelSubscriberImport = defineRoute({
  operationId: "cancelSubscriberImport",
  method: "DELETE",
  path: `${IMPORTS_PATH}/{import}`,
  tag: TAG,
  summary: "Cancel an import",
  description:
    "Ends an import that is under way; it stays in the list, and what was fetched stays known. Ids that Apple was not asked about are deleted. CONFLICT once it has ended.",
  access: "editor",
  params: { ...contentParams, import: importId },
  success: { status: 204, about: "Cancelled." },
  errors: ["CONFLICT"],
});
