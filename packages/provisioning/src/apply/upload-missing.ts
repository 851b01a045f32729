import { isAlreadyThere } from "@holdfast/appstore/retention-messaging/client";
import type { ImageItem, MessageItem, PlanItem } from "../plan/plan.ts";
import type { ApplyRun } from "./apply-run.ts";

/** Uploads the images, then the messages, that Apple does not have. */
export async function uploadMissing(run: ApplyRun): Promise<void> {
  const { items } = run.plan;
  if (items.some(isUpload)) await run.log.begin("upload");
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

function isUpload({ kind, action }: PlanItem): boolean {
  return (kind === "image" || kind === "message") && action !== "keep";
}

function uploadImage(run: ApplyRun, item: ImageItem): Promise<boolean> {
  const { client, desired, log, signal } = run;
  const bytes = contentOf(desired.images, item, ({ bytes: png }) => png);
  return log.attempt(item, () =>
    unlessThere(async () => {
      await client.uploadImage(item.identifier, await bytes(), { imageSize: item.size, signal });
    }),
  );
}

async function uploadMessage(
  run: ApplyRun,
  item: MessageItem,
  failedImages: ReadonlySet<string>,
): Promise<void> {
  const { client, desired, log, signal } = run;
  const body = contentOf(desired.messages, item, ({ body: text }) => text);
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

/** Returns what to upload; that it is there was checked before anything was sent. */
function contentOf<Desired extends { readonly identifier: string }, Content>(
  all: readonly Desired[],
  { identifier }: ImageItem | MessageItem,
  read: (desired: Desired) => Content | undefined,
): Content {
  const desired = all.find((one) => one.identifier === identifier);
  const content = desired === undefined ? undefined : read(desired);
  if (content !== undefined) return content;
  throw new Error(`there is no content for ${identifier}`);
}

/**
 * Content decides its identifier, so an identifier in use means that somebody has uploaded the very
 * same thing since the lists were read.
 */
async function unlessThere(upload: () => Promise<void>): Promise<void> {
  try {
    await upload();
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
}
