import { createListCommand } from "../../../../storekit/list-command.ts";
import { MESSAGES } from "../../../../storekit/reviewed-kind.ts";

/** `holdfast storekit retention-messaging messages list` */
export const list = createListCommand(MESSAGES, [
  {
    line: "holdfast storekit retention-messaging messages list --environment sandbox",
    does: "every message of the app in the sandbox",
  },
  {
    line: "holdfast storekit retention-messaging messages list --environment production --state pending",
    does: "what Apple has not reviewed yet",
  },
]);
