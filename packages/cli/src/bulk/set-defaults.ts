import { UsageError } from "@holdfast/appstore/errors";
import { isApproved } from "@holdfast/appstore/retention-messaging";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { CommandInput, ExitCode, Io, OptionSpec } from "../command.ts";
import { print } from "../output.ts";
import { MESSAGES } from "../storekit/reviewed-kind.ts";
import { resultOfRows } from "../storekit/rows.ts";
import { DEFAULT_COLUMNS } from "./default-rows.ts";
import type { DefaultRow } from "./default-rows.ts";
import { NO_DONE_FILE, openDoneFile } from "./done-file.ts";
import { endBulk } from "./end-bulk.ts";
import { reasonOf, writeFailedRows } from "./failed-rows.ts";
import { runBulk } from "./run-bulk.ts";
import type { BulkResult } from "./run-bulk.ts";

/** How many defaults are set. */
export const SET_DEFAULTS_OPTIONS: readonly OptionSpec[] = [
  { flags: "--dry-run", description: "say what would be set, and set nothing" },
  {
    flags: "--state <file>",
    description:
      "write down what was set and leave it out when run again, which saves Apple's hourly quota",
  },
  {
    flags: "--failed <file>",
    description: "write what did not get through as CSV for defaults import",
  },
];

type Done = "set" | "skipped";

/**
 * Sets default messages one after the other and prints what became of each; by
 * {@link SET_DEFAULTS_OPTIONS}. Apple's list is looked at first: a message that is not there or not
 * approved would be refused for every product.
 *
 * @throws UsageError `MESSAGE_NOT_APPROVED`
 * @throws AppleApiError
 */
export async function setDefaults(
  rows: readonly DefaultRow[],
  client: RetentionMessagingClient,
  { input, io }: { readonly input: CommandInput; readonly io: Io },
): Promise<ExitCode> {
  const { options } = input;
  await requireApproved(rows, client, io);
  const state = options.text("state");
  const isDry = options.flag("dry-run");
  const done = state === undefined || isDry ? NO_DONE_FILE : await openDoneFile(io, state, client);
  const act = async (row: DefaultRow): Promise<Done> => {
    if (done.has(row)) return "skipped";
    const { productId, locale, messageId } = row;
    await client.configureDefaultMessage({ productId, locale }, messageId, { signal: io.signal });
    await done.add(row);
    return "set";
  };
  const result: BulkResult<DefaultRow, Done | "planned"> = await runBulk(rows, {
    io,
    nameOf: ({ productId, locale }) => `${productId} ${locale}`,
    act: isDry ? () => Promise.resolve("planned" as const) : act,
  });
  const failed = options.text("failed");
  if (failed !== undefined && !isDry) await writeFailed(io, failed, result);
  return printResult(result, { input, io });
}

async function requireApproved(
  rows: readonly DefaultRow[],
  client: RetentionMessagingClient,
  { signal }: Pick<Io, "signal">,
): Promise<void> {
  const { items } = await MESSAGES.fetchList(client, { signal });
  const states = new Map(items.map(({ identifier, state }) => [identifier, state]));
  const wanted = [...new Set(rows.map(({ messageId }) => messageId))];
  const problems = wanted.flatMap((identifier) => {
    const state = states.get(identifier);
    if (state === undefined) return [`${identifier} is not at Apple`];
    return isApproved(state) ? [] : [`${identifier} is ${state}`];
  });
  if (problems.length === 0) return;
  const message = `a default message must be APPROVED in ${client.environment}: ${problems.join(", ")}; nothing was set`;
  throw new UsageError("MESSAGE_NOT_APPROVED", message);
}

async function writeFailed(
  io: Io,
  file: string,
  { outcomes }: BulkResult<DefaultRow, string>,
): Promise<void> {
  const failed = outcomes.flatMap(({ item, outcome }) => {
    const reason = reasonOf(outcome);
    return reason === "" ? [] : [{ row: { ...item }, reason }];
  });
  await writeFailedRows(io, file, failed, DEFAULT_COLUMNS);
}

function printResult(
  { outcomes, stoppedBy }: BulkResult<DefaultRow, string>,
  { input, io }: { readonly input: CommandInput; readonly io: Io },
): ExitCode {
  const defaults = outcomes.map(({ item: { productId, locale, messageId }, outcome }) => ({
    productId,
    locale,
    messageIdentifier: messageId,
    action: outcome.status,
    reason: reasonOf(outcome),
  }));
  const count = (action: string) => defaults.filter((row) => row.action === action).length;
  const [failed, notTried] = [count("failed"), count("notTried")];
  print(
    input,
    io,
    resultOfRows({
      json: { set: count("set"), skipped: count("skipped"), failed, notTried, defaults },
      head: ["Product ID", "Locale", "Message ID", "Action", "Reason"],
      fields: ["product_id", "locale", "message_id", "action", "reason"],
      rows: defaults.map((row) => Object.values(row)),
    }),
  );
  return endBulk({ stoppedBy }, { failed, notTried });
}
