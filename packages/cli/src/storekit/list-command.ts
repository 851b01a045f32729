import { UsageError } from "@holdfast/appstore/errors";
import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import type { Command, Io, OptionSpec } from "../command.ts";
import { print } from "../output.ts";
import { openRetentionMessaging } from "./open-retention-messaging.ts";
import { isInState } from "./reviewed-kind.ts";
import type { ReviewedKind } from "./reviewed-kind.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "./storekit-options.ts";

const STATE_OPTION: OptionSpec = {
  flags: "--state <state>",
  description:
    "only what is in this review state: pending, approved, rejected, or, in capitals, another of Apple's",
};

/** Makes the command that lists images or messages. */
export function createListCommand(kind: ReviewedKind, examples: Command["examples"]): Command {
  return {
    summary: `List ${kind.noun}s and their review states`,
    description: `Apple tells identifiers and states only, never what is in ${kind.noun === "image" ? "an image" : "a message"}.`,
    options: [STATE_OPTION, ...STOREKIT_OPTIONS],
    output: STOREKIT_LIST_OUTPUT,
    examples,
    async run(input, io) {
      const { options } = input;
      const state = options.text("state");
      if (state !== undefined) checkState(state, io);
      const client = await openRetentionMessaging(options, io);
      const list = await kind.fetchList(client, { signal: io.signal });
      const items =
        state === undefined ? list.items : list.items.filter((item) => isInState(item, state));
      print(input, io, kind.resultOf(list, items));
      return 0;
    },
  };
}

const KNOWN_STATES = ["pending", "approved", "rejected"];

/** Apple may add states: what is in capitals, as Apple writes them, is no mistake. */
const STATE_OF_APPLE = /^[A-Z][A-Z_]*$/;

/** @throws UsageError `OPTION_INVALID` */
function checkState(state: string, io: Pick<Io, "warn">): void {
  const name = normalizeReviewState(state.toUpperCase()).toLowerCase();
  if (KNOWN_STATES.includes(name)) return;
  if (STATE_OF_APPLE.test(state)) {
    io.warn(`--state: ${state} is no state Apple documents; known are ${KNOWN_STATES.join(", ")}`);
    return;
  }
  // Each begins with another letter, which is the one that typing mistakes leave alone.
  const meant = KNOWN_STATES.find((known) => known[0] === name[0]);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new UsageError(
    "OPTION_INVALID",
    `--state: expected ${KNOWN_STATES.join(", ")}, got ${state}${hint}`,
  );
}
