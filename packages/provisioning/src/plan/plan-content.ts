import type { KnownReviewState } from "@holdfast/flow/catalog";
import type { AppleContent } from "../apple/apple-content.ts";
import type { DesiredContent, DesiredImage, DesiredMessage } from "../desired/content.ts";
import type { ImageItem, MessageItem, Readiness } from "./plan.ts";
import { worstReadiness } from "./worst-readiness.ts";

/** The images and messages of a plan. */
export interface PlannedContent {
  readonly images: readonly ImageItem[];
  readonly messages: readonly MessageItem[];
}

/** Plans which images and messages are uploaded: what Apple's lists do not have. */
export function planContent(desired: DesiredContent, apple: AppleContent): PlannedContent {
  const images = desired.images.map((image) => planImage(image, apple));
  const readinessOfImages = new Map(images.map((item) => [item.identifier, item.readiness]));
  return {
    images,
    messages: desired.messages.map((message) => planMessage(message, apple, readinessOfImages)),
  };
}

function planImage(
  { identifier, size, file, bytes }: DesiredImage,
  apple: AppleContent,
): ImageItem {
  const state = apple.images.get(identifier)?.state ?? "unknown";
  return {
    kind: "image",
    // An adopted image that is not there cannot be uploaded; that is a problem of the plan.
    action: state === "unknown" && bytes !== undefined ? "create" : "keep",
    identifier,
    size,
    ...(file === undefined ? {} : { file }),
    state,
    readiness: readinessIn(state, { canUpload: bytes !== undefined }),
  };
}

function planMessage(
  { identifier, names, images, body }: DesiredMessage,
  apple: AppleContent,
  readinessOfImages: ReadonlyMap<string, Readiness>,
): MessageItem {
  const state = apple.messages.get(identifier) ?? "unknown";
  const parts = images.map((image) => readinessOfImages.get(image) ?? "ready");
  const own = readinessIn(state, { canUpload: body !== undefined });
  return {
    kind: "message",
    action: state === "unknown" && body !== undefined ? "create" : "keep",
    identifier,
    names,
    images,
    state,
    // With an image that was refused it could never be shown, and would count against the limit.
    readiness: worstReadiness([own, ...parts]),
  };
}

function readinessIn(
  state: KnownReviewState,
  { canUpload }: { readonly canUpload: boolean },
): Readiness {
  if (state === "APPROVED") return "ready";
  if (state === "unknown") return canUpload ? "ready" : "blocked";
  return state === "REJECTED" ? "blocked" : "waits";
}
