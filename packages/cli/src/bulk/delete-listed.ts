import { UsageError } from "@holdfast/appstore/errors";
import { checkIdentifier } from "@holdfast/appstore/retention-messaging";
import type {
  CallOptions,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { Command, CommandInput, ExitCode, Io } from "../command.ts";
import { readText, writeText } from "../files.ts";
import { print } from "../output.ts";
import { CONFIRM_OPTION, requireConfirm } from "../storekit/mutation.ts";
import { openRetentionMessaging } from "../storekit/open-retention-messaging.ts";
import type { ReviewedKind } from "../storekit/reviewed-kind.ts";
import { resultOfRows } from "../storekit/rows.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "../storekit/storekit-options.ts";
import { endBulk } from "./end-bulk.ts";
import { reasonOf } from "./failed-rows.ts";
import { runBulk } from "./run-bulk.ts";
import type { BulkResult } from "./run-bulk.ts";

/** What a command deletes by a list of identifiers. */
export interface DeletedListKind {
  readonly kind: ReviewedKind;
  /** What there is to know, beside what is true of both kinds. */
  readonly about: string;
  readonly remove: (
    client: RetentionMessagingClient,
    identifier: string,
    options: CallOptions,
  ) => Promise<void>;
}

/** Makes the command that deletes the images or messages a file lists. */
export function createDeleteAllCommand(
  { kind, about, remove }: DeletedListKind,
  examples: Command["examples"],
): Command {
  const { noun } = kind;
  return {
    summary: `Delete the ${noun}s a file lists`,
    description: `One identifier a line; empty lines and what follows a # do not count. All lines are checked first. What Apple does not have is left out, so after an interruption run it again. ${about} Exits 1 when Apple refused some.`,
    arguments: [{ name: "file", description: "the identifiers; - is stdin", required: true }],
    options: [
      CONFIRM_OPTION,
      { flags: "--dry-run", description: "say what would be deleted, and delete nothing" },
      {
        flags: "--failed <file>",
        description: "write the identifiers that did not get through, in the same shape",
      },
      ...STOREKIT_OPTIONS,
    ],
    output: STOREKIT_LIST_OUTPUT,
    examples,
    async run(input, io) {
      const { options } = input;
      const isDry = options.flag("dry-run");
      if (!isDry) requireConfirm(options);
      const file = input.arguments[0] ?? "-";
      const identifiers = parseIdentifierLines(await readText(io, file), file);
      const client = await openRetentionMessaging(options, io);
      const { items } = await kind.fetchList(client, { signal: io.signal });
      const there = new Set(items.map(({ identifier }) => identifier));
      const result = await runBulk(identifiers, {
        io,
        nameOf: (identifier) => identifier,
        act: async (identifier) => {
          if (!there.has(identifier)) return "absent" as const;
          if (isDry) return "planned" as const;
          await remove(client, identifier, { signal: io.signal });
          return "deleted" as const;
        },
      });
      const failed = options.text("failed");
      if (failed !== undefined && !isDry) await writeText(io, failed, failedLines(result));
      return printResult(result, noun, { input, io });
    },
  };
}

/**
 * Returns the identifiers of a file, each once.
 *
 * @throws UsageError `IDENTIFIER_INVALID` with every line that is none, `IMPORT_EMPTY`
 */
function parseIdentifierLines(text: string, file: string): readonly string[] {
  const identifiers = new Set<string>();
  const problems: string[] = [];
  for (const [index, line] of text
    .replace(/^\u{FEFF}/u, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    const identifier = line.replace(/#.*/, "").trim();
    if (identifier === "") continue;
    identifiers.add(identifier);
    const [problem] = checkIdentifier(identifier);
    if (problem !== undefined) problems.push(`${file}:${index + 1}: ${problem.message}`);
  }
  if (problems.length > 0) throw new UsageError("IDENTIFIER_INVALID", problems.join("\n"));
  if (identifiers.size > 0) return [...identifiers];
  throw new UsageError("IMPORT_EMPTY", `${file}: expected an identifier on each line`);
}

function failedLines({ outcomes }: BulkResult<string, string>): string {
  return outcomes
    .map(({ item, outcome }) => ({ item, reason: reasonOf(outcome) }))
    .filter(({ reason }) => reason !== "")
    .map(({ item, reason }) => `${item} # ${reason.replaceAll(/\s+/g, " ")}\n`)
    .join("");
}

function printResult(
  { outcomes, stoppedBy }: BulkResult<string, string>,
  noun: ReviewedKind["noun"],
  { input, io }: { readonly input: CommandInput; readonly io: Io },
): ExitCode {
  const rows = outcomes.map(({ item, outcome }) => ({
    [`${noun}Identifier`]: item,
    action: outcome.status,
    reason: reasonOf(outcome),
  }));
  const count = (action: string) => rows.filter((row) => row["action"] === action).length;
  const [failed, notTried] = [count("failed"), count("notTried")];
  print(
    input,
    io,
    resultOfRows({
      json: {
        deleted: count("deleted"),
        absent: count("absent"),
        failed,
        notTried,
        [`${noun}s`]: rows,
      },
      head: [noun === "image" ? "Image ID" : "Message ID", "Action", "Reason"],
      fields: [`${noun}Identifier`, "action", "reason"],
      rows: rows.map((row) => Object.values(row)),
    }),
  );
  return endBulk({ stoppedBy }, { failed, notTried });
}
