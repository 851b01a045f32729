import type {
  CallOptions,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { Command, OptionSpec } from "../command.ts";
import { CONFIRM_OPTION, printMutation, requireConfirm } from "./mutation.ts";
import { requireIdentifier } from "./identifier-option.ts";
import { openRetentionMessaging } from "./open-retention-messaging.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "./storekit-options.ts";

/** What a command deletes by its identifier. */
export interface DeletedKind {
  readonly noun: "image" | "message";
  readonly option: OptionSpec;
  readonly description: string;
  readonly remove: (
    client: RetentionMessagingClient,
    identifier: string,
    options: CallOptions,
  ) => Promise<void>;
}

/** Makes the command that deletes an image or a message. */
export function createDeleteCommand(kind: DeletedKind, examples: Command["examples"]): Command {
  const { noun, option, description, remove } = kind;
  return {
    summary: `Delete ${noun === "image" ? "an image" : "a message"}`,
    description,
    options: [option, CONFIRM_OPTION, ...STOREKIT_OPTIONS],
    output: STOREKIT_OUTPUT,
    afterInterruption: `it may be deleted already: look with holdfast storekit retention-messaging ${noun}s list`,
    examples,
    async run(input, io) {
      const { options } = input;
      requireConfirm(options);
      const identifier = requireIdentifier(options, `${noun}-id`, io);
      const client = await openRetentionMessaging(options, io);
      await remove(client, identifier, { signal: io.signal });
      const { environment } = client;
      printMutation(input, io, { resource: noun, identifier, action: "deleted", environment });
      return 0;
    },
  };
}
