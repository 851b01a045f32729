import { createDeleteAllCommand } from "../../../../bulk/delete-listed.ts";
import { IMAGES } from "../../../../storekit/reviewed-kind.ts";

/** `holdfast storekit retention-messaging images delete-all` */
export const deleteAll = createDeleteAllCommand(
  {
    kind: IMAGES,
    about: "An image cannot be deleted while a message uses it: delete those messages first.",
    remove: (client, identifier, options) => client.deleteImage(identifier, options),
  },
  [
    {
      line: "holdfast storekit retention-messaging images delete-all ids.txt --environment sandbox --confirm",
      does: "delete the images of a file",
    },
  ],
);
