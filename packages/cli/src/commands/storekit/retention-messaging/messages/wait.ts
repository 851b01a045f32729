import { MESSAGES } from "../../../../storekit/reviewed-kind.ts";
import { createWaitCommand } from "../../../../storekit/wait-command.ts";

/** `holdfast storekit retention-messaging messages wait` */
export const wait = createWaitCommand(MESSAGES, [
  {
    line: "holdfast storekit retention-messaging messages wait --message-id 33333333-3333-4333-8333-333333333333 --environment sandbox",
    does: "one message",
  },
  {
    line: "holdfast storekit retention-messaging messages wait --all --timeout 12h --interval 10m --environment production",
    does: "everything that was uploaded, over a night",
  },
]);
