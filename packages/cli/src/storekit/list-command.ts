import { UsageError } from "@holdfast/appstore/errors";
import type { Command, OptionSpec } from "../command.ts";
import { print } from "../output.ts";
import { openRetentionMessaging } from "./open-retention-messaging.ts";
import { isInState } from "./reviewed-kind.ts";
import type { ReviewedKind } from "./reviewed-kind.ts";
import { STOREKIT_LIST_OUTPUT, STOREKIT_OPTIONS } from "./storekit-options.ts";

const STATE_OPTION: OptionSpec = {
  flags: "--state <state>",
  description:
    "only what is in this review state: pending, approved, rejected, or another of Apple's",
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
      if (state !== undefined && !/^[a-z_]+$/i.test(state)) {
        throw new UsageError(
          "OPTION_INVALID",
          `--state: expected a word like approved, got ${state}`,
        );
      }
      const client = await openRetentionMessaging(options, io);
      const list = await kind.fetchList(client, { signal: io.signal });
      const items =
        state === undefined ? list.items : list.items.filter((item) => isInState(item, state));
      print(input, io, kind.resultOf(list, items));
      return 0;
    },
  };
}
