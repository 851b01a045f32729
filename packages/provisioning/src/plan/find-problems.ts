import { MAX_IMAGES_PER_APP, MAX_MESSAGES_PER_APP } from "@holdfast/appstore/retention-messaging";
import type { AppleContent } from "../apple/apple-content.ts";
import type { DesiredContent, DesiredImage, DesiredMessage } from "../desired/content.ts";
import type { PlannedContent } from "./plan-content.ts";
import type { PlanProblem } from "./plan.ts";

/** Returns what stands in the way of a plan, in the order of the flow; limits come last. */
export function findProblems(
  desired: DesiredContent,
  apple: AppleContent,
  planned: PlannedContent,
): readonly PlanProblem[] {
  return [
    ...desired.images.flatMap((image) => imageProblems(image, apple)),
    ...desired.messages.flatMap((message) => messageProblems(message, apple)),
    ...limitProblems(apple, planned),
  ];
}

const NEW_IDENTIFIER =
  "content at Apple cannot be changed: raise its revision for a new identifier, with what the review may have minded mended";

function imageProblems(
  { identifier, path, file, bytes }: DesiredImage,
  { images }: AppleContent,
): readonly PlanProblem[] {
  const state = images.get(identifier)?.state;
  const place = { path, identifier };
  if (state === "REJECTED") {
    const message = `Apple rejected the image ${file ?? identifier}; ${NEW_IDENTIFIER}`;
    return [{ code: "IMAGE_REJECTED", message, ...place }];
  }
  if (state !== undefined || bytes !== undefined) return [];
  const message = `Apple has no image ${identifier}; name a file to upload, or an image that is there`;
  return [{ code: "ADOPTED_IMAGE_MISSING", message, ...place }];
}

function messageProblems(
  { identifier, path, names, body }: DesiredMessage,
  { messages }: AppleContent,
): readonly PlanProblem[] {
  const state = messages.get(identifier);
  const place = { path, identifier };
  if (state === "REJECTED") {
    const called = names.map(({ message, locale }) => `${message} ${locale}`).join(", ");
    const message = `Apple rejected the text ${called}; ${NEW_IDENTIFIER}`;
    return [{ code: "MESSAGE_REJECTED", message, ...place }];
  }
  if (state !== undefined || body !== undefined) return [];
  const message = `Apple has no message ${identifier}; write its header and body, or name one that is there`;
  return [{ code: "ADOPTED_MESSAGE_MISSING", message, ...place }];
}

function limitProblems(
  apple: AppleContent,
  { images, messages }: PlannedContent,
): readonly PlanProblem[] {
  const imagesAfter = apple.images.size + newOnes(images);
  const messagesAfter = apple.messages.size + newOnes(messages);
  return [
    ...(imagesAfter > MAX_IMAGES_PER_APP && newOnes(images) > 0
      ? [tooMany("TOO_MANY_IMAGES", "images", { after: imagesAfter, max: MAX_IMAGES_PER_APP })]
      : []),
    ...(messagesAfter > MAX_MESSAGES_PER_APP && newOnes(messages) > 0
      ? [
          tooMany("TOO_MANY_MESSAGES", "messages", {
            after: messagesAfter,
            max: MAX_MESSAGES_PER_APP,
          }),
        ]
      : []),
  ];
}

function newOnes(items: readonly { readonly action: string }[]): number {
  return items.filter(({ action }) => action === "create").length;
}

function tooMany(
  code: "TOO_MANY_IMAGES" | "TOO_MANY_MESSAGES",
  what: string,
  { after, max }: { readonly after: number; readonly max: number },
): PlanProblem {
  const message = `with what is there already Apple would have ${after} ${what} of this app, and takes at most ${max}; prune what nothing uses`;
  return { code, message };
}
