import type { WorldOperations } from "../emulator/world-operations.ts";
import type { ImageSize } from "../world/index.ts";
import { ONE_A_SECOND } from "./request-rates.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

const IMAGE = "/inApps/v1/messaging/image/:imageIdentifier";

/**
 * Returns the operations on images.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/upload-image
 */
export function imageOperations(world: WorldOperations): readonly StorekitOperation[] {
  return [
    {
      name: "uploadImage",
      method: "PUT",
      path: IMAGE,
      perHour: ONE_A_SECOND,
      async run({ place, segment, query, readBytes }) {
        // The upload itself judges what is said, with Apple's errors.
        const imageSize = (query.get("imageSize") ?? undefined) as ImageSize | undefined;
        world.uploadImage(place, segment("imageIdentifier"), await readBytes(), imageSize);
      },
    },
    {
      name: "deleteImage",
      method: "DELETE",
      path: IMAGE,
      perHour: ONE_A_SECOND,
      run({ place, segment }) {
        world.deleteImage(place, segment("imageIdentifier"));
      },
    },
    {
      name: "getImageList",
      method: "GET",
      path: "/inApps/v1/messaging/image/list",
      perHour: ONE_A_SECOND,
      run: ({ place }) => ({
        imageIdentifiers: world.images(place).map(({ imageIdentifier, state, imageSize }) => ({
          imageIdentifier,
          imageState: state,
          imageSize,
        })),
      }),
    },
  ];
}
