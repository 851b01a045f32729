import { IMAGES } from "../../../../storekit/reviewed-kind.ts";
import { createWaitCommand } from "../../../../storekit/wait-command.ts";

/** `holdfast storekit retention-messaging images wait` */
export const wait = createWaitCommand(IMAGES, [
  {
    line: "holdfast storekit retention-messaging images wait --all --environment sandbox",
    does: "every image of the app",
  },
]);
