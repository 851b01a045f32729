import {
  checkDefaultRows,
  DEFAULT_COLUMNS,
  readDefaultRows,
} from "../../../../bulk/default-rows.ts";
import { setDefaults, SET_DEFAULTS_OPTIONS } from "../../../../bulk/set-defaults.ts";
import type { Command } from "../../../../command.ts";
import { FlowRefused } from "../../../../errors.ts";
import { readUtf8 } from "../../../../bulk/read-utf8.ts";
import { countIssues, sayCounts } from "../../../../issues.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../../../../storekit/storekit-options.ts";

const COLUMNS = Object.values(DEFAULT_COLUMNS.names).join(", ");

/** `holdfast storekit retention-messaging defaults import` */
export const importDefaults: Command = {
  summary: "Set many default messages from CSV",
  description:
    `The columns are ${COLUMNS}. Every row is checked first, and that its message is approved; when one is wrong all errors are told and nothing is set. ` +
    "Calls keep Apple's pace. Setting a default again does no harm, so after an interruption run it again; with --state what was set is not sent twice. Exits 1 when Apple refused some.",
  arguments: [{ name: "file", description: "the defaults, CSV; - is stdin", required: true }],
  options: [...SET_DEFAULTS_OPTIONS, ...STOREKIT_OPTIONS],
  output: STOREKIT_LIST_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging defaults import defaults.csv --environment sandbox --state defaults.done --failed failed.csv",
      does: "set them, and know what is left when it is interrupted",
    },
  ],
  async run(input, io) {
    const file = input.arguments[0] ?? "-";
    const text = await readUtf8(io, file);
    const rows = readDefaultRows(text, file);
    const issues = checkDefaultRows(rows, file);
    if (issues.some(({ severity }) => severity === "error")) {
      const message = `${file}: ${sayCounts(countIssues(issues))}; nothing was set`;
      const textOf = (name: string) => (name === file ? text : undefined);
      throw new FlowRefused("IMPORT_INVALID", message, { issues, textOf });
    }
    const client = await openRetentionMessaging(input.options, io);
    return setDefaults(rows, client, { input, io });
  },
};
