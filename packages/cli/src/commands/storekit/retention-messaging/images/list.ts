import { createListCommand } from "../../../../storekit/list-command.ts";
import { IMAGES } from "../../../../storekit/reviewed-kind.ts";

/** `holdfast storekit retention-messaging images list` */
export const list = createListCommand(IMAGES, [
  {
    line: "holdfast storekit retention-messaging images list --environment sandbox",
    does: "every image of the app in the sandbox",
  },
  {
    line: "holdfast storekit retention-messaging images list --environment production --state rejected --output csv",
    does: "what Apple rejected, for a spreadsheet",
  },
]);
