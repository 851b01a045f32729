import { UsageError } from "@holdfast/appstore/errors";
import { MESSAGE_COLUMNS } from "../../../../bulk/csv-messages.ts";
import { endBulk } from "../../../../bulk/end-bulk.ts";
import { reasonOf, writeFailedRows } from "../../../../bulk/failed-rows.ts";
import { flowMessagesOf, writeFlowMessages } from "../../../../bulk/flow-messages.ts";
import {
  readImportFile,
  requireSoundRows,
  TRANSLATION_OPTIONS,
} from "../../../../bulk/import-file.ts";
import type { ImportedFile } from "../../../../bulk/import-file.ts";
import { isRejected, planUploads, uploadRows } from "../../../../bulk/upload-rows.ts";
import type { UploadedRows, UploadPlan } from "../../../../bulk/upload-rows.ts";
import type { Command, CommandInput, ExitCode, Io } from "../../../../command.ts";
import { refuseToOverwrite, writeText } from "../../../../files.ts";
import { print } from "../../../../output.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging messages import` */
export const importMessages: Command = {
  summary: "Upload many messages from CSV, XLIFF or a String Catalog",
  description:
    "CSV has the columns name, locale, header, body, and if you like header_position, image_id, alt, message_id, revision, and bullet_1_text, bullet_1_image_id, bullet_1_alt and so on up to 5. XLIFF 1.2 or 2.0 and Xcode's String Catalogs (.xcstrings) have the keys <message>.header and <message>.body; what is not translated yet is left out. " +
    "Every row is checked first; when one is wrong all errors are told and nothing is sent. Identifiers come from the content, so importing again uploads only what Apple does not have: after an interruption, run it again. " +
    "The result says which identifier each name and locale has. Exits 1 when some did not get through, or Apple has rejected their text before.",
  arguments: [
    { name: "file", description: "the messages; - is stdin, with --format", required: true },
  ],
  options: [
    ...TRANSLATION_OPTIONS,
    { flags: "--dry-run", description: "say what would be uploaded, and upload nothing" },
    { flags: "--valid-only", description: "upload the rows that are right, leave the others out" },
    {
      flags: "--failed <file>",
      description: "write the rows that did not get through as CSV to mend and import again",
    },
    {
      flags: "--to-flow <file>",
      description: "upload nothing: write the messages as YAML for a flow's messageFiles",
    },
    { flags: "--default-locale <locale>", description: "with --to-flow (default: the source's)" },
    { flags: "--force", description: "with --to-flow: overwrite the file" },
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging messages import messages.csv --environment sandbox --failed failed.csv",
      does: "upload what the sandbox does not have",
    },
    {
      line: "holdfast storekit retention-messaging messages import Localizable.xcstrings --prefix retention. --environment production --dry-run",
      does: "what of an app's String Catalog would be uploaded",
    },
    {
      line: "holdfast storekit retention-messaging messages import de.xliff --include-source --to-flow messages/imported.yaml",
      does: "take translations into a flow",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const imported = await readImportFile(io, input.arguments[0] ?? "-", options);
    const isToFlow = options.text("to-flow") !== undefined;
    if (isToFlow && options.flag("dry-run")) {
      throw new UsageError("OPTION_INVALID", "give either --to-flow or --dry-run");
    }
    await writeFailed(imported, undefined, { input, io });
    requireSoundRows(io, imported, options);
    if (isToFlow) return writeFlowFile(imported, { input, io });
    const client = await openRetentionMessaging(options, io);
    const plan = await planUploads(imported.sound, client, io);
    if (options.flag("dry-run")) return printPlan(plan, imported, { input, io });
    const uploaded = await uploadRows(plan, client, io);
    await writeFailed(imported, uploaded, { input, io });
    return printUploaded(uploaded, plan, { imported, input, io });
  },
};

interface Means {
  readonly input: CommandInput;
  readonly io: Io;
}

/** @throws UsageError `FILE_EXISTS`, `FILE_UNWRITABLE` */
async function writeFlowFile(imported: ImportedFile, { input, io }: Means): Promise<ExitCode> {
  const { options } = input;
  const file = options.required("to-flow");
  const defaultLocale = options.text("default-locale") ?? imported.sourceLocale;
  await refuseToOverwrite(io, file, { isForced: options.flag("force") });
  const messages = flowMessagesOf(imported.sound, { defaultLocale });
  await writeText(io, file, writeFlowMessages(messages));
  const rows = imported.sound.map(({ name, locale }) => [name, locale]);
  const json = { file, messages: Object.keys(messages).length, texts: rows.length };
  print(input, io, resultOfRows({ json, head: ["Message", "Locale"], rows }));
  return 0;
}

/** Why a text that is at Apple is of no use. */
const REJECTED_BEFORE =
  "Apple rejected this text before: change it, or give the row a higher revision to have it reviewed again";

const HEAD = ["Message", "Locale", "Message ID", "Action", "State", "Reason"];
const FIELDS = ["name", "locale", "messageIdentifier", "action", "messageState", "reason"];

function printPlan(plan: UploadPlan, { issues }: ImportedFile, { input, io }: Means): ExitCode {
  const missing = new Set(plan.missing.map(({ identifier }) => identifier));
  const results = plan.rows.map(({ row: { name, locale }, identifier }) => ({
    name,
    locale,
    messageIdentifier: identifier,
    action: missing.has(identifier) ? "upload" : "skip",
    messageState: plan.known.get(identifier) ?? "",
    reason: isRejected(plan, identifier) ? REJECTED_BEFORE : "",
  }));
  const counts = { toUpload: plan.missing.length, known: plan.known.size };
  print(input, io, resultOf(results, { dryRun: true, ...counts, issues }));
  return 0;
}

function printUploaded(
  { results, stoppedBy }: UploadedRows,
  { known }: UploadPlan,
  { imported, input, io }: Means & { readonly imported: ImportedFile },
): ExitCode {
  const rows = results.map(({ row: { name, locale }, identifier, outcome }) => ({
    name,
    locale,
    messageIdentifier: identifier,
    action: outcome.status,
    messageState: known.get(identifier) ?? "",
    reason: outcome.status === "rejected" ? REJECTED_BEFORE : reasonOf(outcome),
  }));
  // The same text in two locales is one message, and one upload.
  const messages = [...new Map(rows.map((row) => [row.messageIdentifier, row])).values()];
  const count = (action: string) => messages.filter((row) => row.action === action).length;
  const counts = {
    uploaded: count("uploaded"),
    skipped: count("skipped"),
    rejected: count("rejected"),
    failed: count("failed"),
    notTried: count("notTried"),
    invalid: imported.unsound.length,
  };
  print(input, io, resultOf(rows, { ...counts, issues: imported.issues }));
  const { rejected, failed, notTried, invalid } = counts;
  return endBulk({ stoppedBy }, { failed: rejected + failed + invalid, notTried });
}

function resultOf(
  rows: readonly Readonly<Record<string, string>>[],
  about: Readonly<Record<string, unknown>>,
): ReturnType<typeof resultOfRows> {
  const cells = rows.map((row) => FIELDS.map((field) => row[field] ?? ""));
  return resultOfRows({
    json: { ...about, messages: rows },
    head: HEAD,
    fields: FIELDS,
    rows: cells,
  });
}

/** Rows that are wrong, and once there was an upload those that failed or were not tried. */
async function writeFailed(
  imported: ImportedFile,
  uploaded: UploadedRows | undefined,
  { input, io }: Means,
): Promise<void> {
  const file = input.options.text("failed");
  if (file === undefined || input.options.flag("dry-run")) return;
  const failed = (uploaded?.results ?? [])
    .map(({ row, outcome }) => ({
      row,
      reason: outcome.status === "rejected" ? REJECTED_BEFORE : reasonOf(outcome),
    }))
    .filter(({ reason }) => reason !== "");
  await writeFailedRows(io, file, [...imported.unsound, ...failed], MESSAGE_COLUMNS);
}
