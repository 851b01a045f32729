import { createDeleteCommand } from "../../../../storekit/delete-command.ts";
import { IMAGE_ID_OPTION } from "../../../../storekit/identifier-option.ts";

/** `holdfast storekit retention-messaging images delete` */
export const deleteImage = createDeleteCommand(
  {
    noun: "image",
    option: IMAGE_ID_OPTION,
    description: "Apple refuses while a message uses the image: delete the message first.",
    remove: (client, identifier, options) => client.deleteImage(identifier, options),
  },
  [
    {
      line: "holdfast storekit retention-messaging images delete --image-id 11111111-1111-4111-8111-111111111111 --confirm --environment sandbox",
      does: "delete one image",
    },
  ],
);
