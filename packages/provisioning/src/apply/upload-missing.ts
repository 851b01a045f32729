import { AppleApiError } from "@holdfast/appstore/http";
import type { ImageItem, MessageItem } from "../plan/plan.ts";
import type { ApplyRun } from "./apply-run.ts";

/** Apple's numbers for "this identifier is in use". */
const ALREADY_EXISTS: ReadonlySet<number | undefined> = new Set([4090000, 4090001]);

/** Uploads the images, then the messages, that Apple does not have. */
export async function uploadMissing(run: ApplyRun): Promise<void> {
  const { items } = run.plan;
  const failed = new Set<string>();
  for (const item of items) {
    if (item.kind !== "image" || item.action === "keep") continue;
    if (!(await uploadImage(run, item))) failed.add(item.identifier);
  }
  for (const item of items) {
    if (item.kind !== "message" || item.action === "keep") continue;
    await uploadMessage(run, item, failed);
  }
}

function uploadImage(run: ApplyRun, item: ImageItem): Promise<boolean> {
  const { client, desired, log, signal } = run;
  const image = desired.images.find(({ identifier }) => identifier === item.identifier);
  return log.attempt(item, () =>
    unlessThere(async () => {
      const png = image?.bytes?.() ?? new Uint8Array();
      await client.uploadImage(item.identifier, png, { imageSize: item.size, signal });
    }),
  );
}

async function uploadMessage(
  run: ApplyRun,
  item: MessageItem,
  failedImages: ReadonlySet<string>,
): Promise<void> {
  const { client, desired, log, signal } = run;
  const body = desired.messages.find(({ identifier }) => identifier === item.identifier)?.body;
  if (body === undefined) return;
  if (item.readiness === "blocked") return log.skip(item, "one of its images cannot be shown");
  if (item.images.some((image) => failedImages.has(image))) {
    return log.skip(item, "one of its images could not be uploaded");
  }
  await log.attempt(item, () =>
    unlessThere(async () => {
      await client.uploadMessage(item.identifier, body, { signal });
    }),
  );
}

/**
 * Content decides its identifier, so an identifier in use means that somebody has uploaded the very
 * same thing since the lists were read.
 */
async function unlessThere(upload: () => Promise<void>): Promise<void> {
  try {
    await upload();
  } catch (error) {
    if (error instanceof AppleApiError && ALREADY_EXISTS.has(error.errorCode)) return;
    throw error;
  }
}
