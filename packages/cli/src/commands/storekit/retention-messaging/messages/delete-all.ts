import { createDeleteAllCommand } from "../../../../bulk/delete-listed.ts";
import { MESSAGES } from "../../../../storekit/reviewed-kind.ts";

/** `holdfast storekit retention-messaging messages delete-all` */
export const deleteAll = createDeleteAllCommand(
  {
    kind: MESSAGES,
    about: "Apple gives no text back: keep your own.",
    remove: (client, identifier, options) => client.deleteMessage(identifier, options),
  },
  [
    {
      line: "holdfast storekit retention-messaging messages delete-all ids.txt --environment sandbox --confirm",
      does: "delete the messages of a file",
    },
    {
      line: "holdfast storekit retention-messaging messages list --state rejected --environment sandbox --output json | jq -r '.messageIdentifiers[].messageIdentifier' | holdfast storekit retention-messaging messages delete-all - --environment sandbox --confirm",
      does: "delete what Apple rejected",
    },
  ],
);
