import { routes } from "@holdfast/api";
import { MAX_IMAGES_PER_APP, MAX_MESSAGES_PER_APP } from "@holdfast/appstore/retention-messaging";
import { implement } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import { readSeenAt } from "./content-means.ts";
import type { AppleContentFeatureOptions } from "./content-means.ts";
import { defaultOperations } from "./default-operations.ts";
import { fallbackOperations } from "./fallback-operations.ts";
import { imageOperations } from "./image-operations.ts";
import { messageOperations } from "./message-operations.ts";
import { countContent } from "./review-states.ts";

/** Returns the operations on what Apple has of an app: messages, images and default messages. */
export function createAppleContentFeature(options: AppleContentFeatureOptions): Feature {
  return {
    operations: [
      ...messageOperations(options),
      ...imageOperations(options),
      ...defaultOperations(options),
      ...fallbackOperations(options),
      readUsage(options),
    ],
  };
}

function readUsage({ database: { queries } }: AppleContentFeatureOptions): Implementation {
  return implement(routes.readContentUsage, async ({ params }) => {
    const seenAt = await readSeenAt(queries, params);
    return {
      body: {
        messages: await countContent(queries, { ...params, kind: "message" }),
        maxMessages: MAX_MESSAGES_PER_APP,
        images: await countContent(queries, { ...params, kind: "image" }),
        maxImages: MAX_IMAGES_PER_APP,
        seenAt,
      },
    };
  });
}
