import { createDeleteCommand } from "../../../../storekit/delete-command.ts";
import { MESSAGE_ID_OPTION } from "../../../../storekit/identifier-option.ts";

/** `holdfast storekit retention-messaging messages delete` */
export const deleteMessage = createDeleteCommand(
  {
    noun: "message",
    option: MESSAGE_ID_OPTION,
    description:
      "Its text cannot be read back from Apple: keep a copy. Nothing checks whether a default message or a live flow still uses it.",
    remove: (client, identifier, options) => client.deleteMessage(identifier, options),
  },
  [
    {
      line: "holdfast storekit retention-messaging messages delete --message-id 33333333-3333-4333-8333-333333333333 --confirm --environment sandbox",
      does: "delete one message",
    },
  ],
);
