import type { Command } from "../../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { heedingInterruption } from "../../../heeding-interruption.ts";
import { print } from "../../../output.ts";
import { createStyle, printable } from "../../../style.ts";
import { readAttributeFile } from "../../../subscribers/attribute-file.ts";
import { sendAttributes } from "../../../subscribers/send-attributes.ts";
import type { SentAttributes } from "../../../subscribers/send-attributes.ts";

/** `holdfast subscribers attributes set` */
export const set: Command = {
  summary: "Say something of subscribers: the team's own attributes, from a file",
  description:
    'Names and types are those the live flow or the newest version declares under `attributes`. A JSON file has entries like {"originalTransactionId": "…", "attributes": {"plan_usage": 12}, "ttlSeconds": 2592000}, in a list or one a line; transactionId and appAccountToken name subscribers too, null takes back, and asOf says when it was true. ' +
    "CSV has a column that says who, and one for each attribute: `cohort` for texts, `plan_usage:number` for other types (boolean, date, strings separated by |); an empty cell says nothing. Entries with something wrong are told by their lines, and the others stored: exit code 1. Sending a file again changes nothing.",
  arguments: [
    { name: "file", description: "JSON, JSON lines or CSV; - for standard input", required: true },
  ],
  options: PLACE_OPTIONS,
  afterInterruption: "run it again: what was sent stays as it is",
  examples: [
    {
      line: "holdfast subscribers attributes set usage.csv --app yoga --environment production",
      does: "originalTransactionId,plan_usage:number in the first line",
    },
    {
      line: "holdfast subscribers attributes set - --app yoga --environment sandbox < usage.ndjson",
      does: "an entry on each line",
    },
  ],
  async run(input, io) {
    const entries = await readAttributeFile(io, input.arguments[0] ?? "");
    const place = await openPlace(input, io);
    const sent = await heedingInterruption(io, () => sendAttributes(place, entries, io));
    print(input, io, { json: sent, table: () => rendered(sent, createStyle(io)) });
    return sent.problems.length === 0 ? 0 : 1;
  },
};

function rendered(
  { entries, stored, assumed, problems }: SentAttributes,
  style: ReturnType<typeof createStyle>,
): readonly string[] {
  return [
    ...problems.map(({ line, code, message }) =>
      style.red(`line ${line}: ${code}: ${printable(message)}`),
    ),
    `Stored ${stored} of ${entries === 1 ? "1 entry" : `${entries} entries`}`,
    ...(assumed === 0
      ? []
      : [
          `${assumed} of them by transactions nobody has told of yet: taken for the first of their subscription, and moved when Apple tells otherwise`,
        ]),
  ];
}
