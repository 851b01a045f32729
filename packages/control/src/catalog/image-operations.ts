import { createHash } from "node:crypto";
import { routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { inspectPng } from "@holdfast/appstore/images";
import type { KnownImageSize } from "@holdfast/appstore/images";
import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import { imageIdentifier } from "@holdfast/flow/identifiers";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import {
  afterOf,
  callApple,
  pageOf,
  readSeenAt,
  readServedApp,
  unlessRefused,
} from "./content-means.ts";
import type { AppleContentFeatureOptions } from "./content-means.ts";
import { listContent, positionOf } from "./review-states.ts";
import { forgetUpload, readUploads, rememberUpload } from "./uploaded-content.ts";
import { forgetContent, writeContent } from "./write-review-states.ts";

/** Apple's number for an identifier in use. */
const IMAGE_ALREADY_EXISTS = 4_090_000;

/** Apple's number for an identifier that is not there. */
const IMAGE_NOT_FOUND = 4_040_014;

/** Apple's number for an image that a message refers to. */
const IMAGE_IN_USE = 4_030_019;

/** Returns the operations on images at Apple. */
export function imageOperations(options: AppleContentFeatureOptions): readonly Implementation[] {
  return [list(options), upload(options), remove(options)];
}

function list({ database: { queries } }: AppleContentFeatureOptions): Implementation {
  const route = routes.listImages;
  return implement(route, async ({ params, query: { limit, cursor, state } }) => {
    const seenAt = await readSeenAt(queries, params);
    const { operationId } = route;
    const after = afterOf(cursor, operationId);
    const kind = "image";
    const found = await listContent(queries, { ...params, kind, state, after, limit: limit + 1 });
    const { rows, next } = pageOf(found, limit, { operationId, position: positionOf });
    const identifiers = rows.map(({ identifier }) => identifier);
    const uploads = await readUploads(queries, params, { kind, identifiers });
    const items = rows.map((row) => itemOf(row, uploads.get(row.identifier)?.name, seenAt));
    return { body: { items, ...next } };
  });
}

function upload(options: AppleContentFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.uploadImage, async ({ params, body }, { now, change, signal }) => {
    const app = await readServedApp(queries, params);
    const { name, imageSize: size } = body;
    const { png, identifier } = imageOf(body, app.bundleId);
    const place = { app, environment: params.environment };
    const state = await callApple(options, place, async (client) => {
      await unlessRefused(
        client.uploadImage(identifier, png, { signal, imageSize: size }),
        IMAGE_ALREADY_EXISTS,
      );
      const { imageIdentifiers = [] } = await client.getImageList({ signal });
      const there = imageIdentifiers.find((each) => each.imageIdentifier === identifier);
      // Apple does not promise that its list has it at once.
      return normalizeReviewState(there?.imageState ?? "PENDING");
    });
    return change(async (transaction) => {
      const row = { ...params, kind: "image", identifier, size, state, changed_at: now } as const;
      await writeContent(transaction, row);
      await rememberUpload(transaction.queries, params, { kind: "image", identifier, name });
      await transaction.audit({ target: identifier, summary: `uploaded the image ${identifier}` });
      return { body: itemOf(row, name, now) };
    });
  });
}

function remove(options: AppleContentFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.deleteImage, async ({ params }, { change, signal }) => {
    const { image: identifier, ...place } = params;
    const app = await readServedApp(queries, place);
    await callApple(options, { app, environment: place.environment }, async (client) => {
      const deletion = unlessRefused(client.deleteImage(identifier, { signal }), IMAGE_NOT_FOUND);
      if (await unlessRefused(deletion, IMAGE_IN_USE)) return;
      throw new ApiRefusal("CONFLICT", `a message at Apple refers to the image ${identifier}`, {
        advice: "delete the message first",
      });
    });
    return change(async (transaction) => {
      await forgetContent(transaction, { ...place, kind: "image", identifier });
      await forgetUpload(transaction.queries, place, { kind: "image", identifier });
      await transaction.audit({ target: identifier, summary: `deleted the image ${identifier}` });
      return {};
    });
  });
}

/**
 * Returns the file, and the identifier flows give the same image.
 *
 * @throws ApiRefusal `INPUT_INVALID` with what Apple would refuse
 */
function imageOf(
  { png: base64, imageSize }: { readonly png: string; readonly imageSize: string },
  bundleId: string,
): { readonly png: Uint8Array; readonly identifier: string } {
  if (!isKnownSize(imageSize)) {
    throw invalid("imageSize", "expected FULL_SIZE or BULLET_POINT");
  }
  const png = new Uint8Array(Buffer.from(base64, "base64"));
  const inspection = inspectPng(png, imageSize);
  if (!inspection.ok) throw invalid("png", inspection.problems[0].message);
  const sha256 = createHash("sha256").update(png).digest("hex");
  const file = { file: "image.png", alt: "" };
  const identifier = imageIdentifier(file, imageSize, { bundleId, images: () => sha256 });
  if (identifier === undefined) throw invalid("png", "expected an image");
  return { png, identifier };
}

function isKnownSize(size: string): size is KnownImageSize {
  return size === "FULL_SIZE" || size === "BULLET_POINT";
}

function invalid(field: string, message: string): ApiRefusal {
  return new ApiRefusal("INPUT_INVALID", "Apple would refuse the image", {
    issues: [{ path: ["body", field], message }],
  });
}

function itemOf(
  row: { readonly identifier: string; readonly state: string; readonly size: string | null },
  name: string | undefined,
  seenAt: number,
) {
  const { identifier, state, size } = row;
  return {
    imageIdentifier: identifier,
    imageState: state,
    imageSize: size ?? undefined,
    name,
    seenAt,
  };
}
