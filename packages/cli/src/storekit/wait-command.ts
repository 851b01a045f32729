import { UsageError } from "@holdfast/appstore/errors";
import { isApproved } from "@holdfast/appstore/retention-messaging";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io, OptionSpec, Options } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { print } from "../output.ts";
import { sayCount } from "../say-count.ts";
import { requireIdentifiers } from "./identifier-option.ts";
import { openRetentionMessaging } from "./open-retention-messaging.ts";
import { poll } from "./poll.ts";
import type { Look } from "./poll.ts";
import { isInState } from "./reviewed-kind.ts";
import type { ReviewedItem, ReviewedKind, ReviewedList } from "./reviewed-kind.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "./storekit-options.ts";
import { readWaitTimes, waitOptions } from "./wait-options.ts";

/** Reviews take days in production: longer waits belong in a scheduled job. */
const TIMES = { interval: "30s", timeout: "10m", maxTimeoutMs: 24 * 3_600_000 };

/** What became of the review. */
interface Reviewed {
  readonly list: ReviewedList;
  readonly items: readonly ReviewedItem[];
}

/** Makes the command that waits for Apple's review of images or messages. */
export function createWaitCommand(kind: ReviewedKind, examples: Command["examples"]): Command {
  const { noun } = kind;
  return {
    summary: `Wait until ${noun}s are approved`,
    description:
      "Ends with 0 when all are approved, with 1 as soon as one is rejected, and with 5 when some are still pending after the timeout. Survives rate limits and failures that pass. In the sandbox Apple approves at once; in production it takes days.",
    options: [
      {
        flags: `--${noun}-id <uuid>`,
        description: `the ${noun} to wait for; may come more than once`,
        repeatable: true,
      },
      { flags: "--all", description: `wait for every ${noun} of the app` },
      UNTIL_OPTION,
      ...waitOptions(TIMES),
      ...STOREKIT_OPTIONS,
    ],
    output: STOREKIT_LIST_OUTPUT,
    examples,
    async run(input, io) {
      const { options } = input;
      const wanted = wantedIdentifiers(options, kind, io);
      const times = readWaitTimes(options, TIMES);
      const client = await openRetentionMessaging(options, io);
      const reviewed = await poll(io, {
        what:
          wanted === "all"
            ? `the review of every ${noun}`
            : `the review of ${sayCount(wanted.length, noun)}`,
        ...times,
        resume: resumeLine(kind, wanted, client),
        look: () => look(kind, { client, wanted, signal: io.signal }),
      });
      print(input, io, kind.resultOf(reviewed.list, reviewed.items));
      refuseRejected(kind, reviewed.items);
      return 0;
    },
  };
}

const UNTIL_OPTION: OptionSpec = {
  flags: "--until <state>",
  description: "the state to wait for",
  choices: ["approved"],
  default: "approved",
};

/** @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, `IDENTIFIER_INVALID` */
function wantedIdentifiers(
  options: Options,
  { noun }: ReviewedKind,
  io: Io,
): readonly string[] | "all" {
  const identifiers = requireIdentifiers(options, `${noun}-id`, io);
  if (options.flag("all") === identifiers.length > 0) {
    throw new UsageError("OPTION_INVALID", `expected exactly one of --${noun}-id and --all`);
  }
  return options.flag("all") ? "all" : identifiers;
}

async function look(
  kind: ReviewedKind,
  {
    client,
    wanted,
    signal,
  }: {
    readonly client: RetentionMessagingClient;
    readonly wanted: readonly string[] | "all";
    readonly signal: AbortSignal;
  },
): Promise<Look<Reviewed>> {
  const list = await kind.fetchList(client, { signal });
  const items = wanted === "all" ? list.items : wanted.map((id) => findItem(list, id, kind));
  const waiting = items.filter(({ state }) => !isApproved(state));
  const isRejected = waiting.some((item) => isInState(item, "REJECTED"));
  if (waiting.length === 0 || isRejected) return { done: { list, items } };
  return { pending: `${waiting.length} of ${items.length} not approved yet` };
}

function findItem({ items }: ReviewedList, id: string, { noun }: ReviewedKind): ReviewedItem {
  const found = items.find(({ identifier }) => identifier === id);
  if (found !== undefined) return found;
  throw new UsageError(
    "NOT_UPLOADED",
    `--${noun}-id ${id}: Apple has no such ${noun} in this environment; upload it first`,
  );
}

function refuseRejected({ noun }: ReviewedKind, items: readonly ReviewedItem[]): void {
  const rejected = items.filter((item) => isInState(item, "REJECTED"));
  if (rejected.length === 0) return;
  throw new CommandFailed(
    "REVIEW_REJECTED",
    `Apple rejected ${rejected.map(({ identifier }) => identifier).join(", ")}`,
    { advice: `Apple tells no reason; change the ${noun} and upload it under a new identifier` },
  );
}

function resumeLine(
  { noun }: ReviewedKind,
  wanted: readonly string[] | "all",
  { environment }: RetentionMessagingClient,
): string {
  const which = wanted === "all" ? "--all" : wanted.map((id) => `--${noun}-id ${id}`).join(" ");
  return `holdfast storekit retention-messaging ${noun}s wait ${which} --environment ${environment}`;
}
