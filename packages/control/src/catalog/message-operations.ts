import { routes } from "@holdfast/api";
import type { RouteBody, RouteInput } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { checkMessage, normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import type { UploadMessageRequestBody } from "@holdfast/appstore/retention-messaging/client";
import { messageIdentifier } from "@holdfast/flow/identifiers";
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
import type { UploadedContent } from "./uploaded-content.ts";
import { forgetContent, writeContent } from "./write-review-states.ts";

/** Apple's number for an identifier in use. */
const MESSAGE_ALREADY_EXISTS = 4_090_001;

/** Apple's number for an identifier that is not there. */
const MESSAGE_NOT_FOUND = 4_040_015;

type MessageItem = RouteBody<typeof routes.uploadMessage>;
type NewMessage = RouteInput<typeof routes.uploadMessage>["body"];

/** Returns the operations on messages at Apple. */
export function messageOperations(options: AppleContentFeatureOptions): readonly Implementation[] {
  return [list(options), upload(options), remove(options)];
}

function list({ database: { queries } }: AppleContentFeatureOptions): Implementation {
  const route = routes.listMessages;
  return implement(route, async ({ params, query: { limit, cursor, state } }) => {
    const seenAt = await readSeenAt(queries, params);
    const { operationId } = route;
    const after = afterOf(cursor, operationId);
    const kind = "message";
    const found = await listContent(queries, { ...params, kind, state, after, limit: limit + 1 });
    const { rows, next } = pageOf(found, limit, { operationId, position: positionOf });
    const identifiers = rows.map(({ identifier }) => identifier);
    const uploads = await readUploads(queries, params, { kind, identifiers });
    const items = rows.map((row) => itemOf(row, uploads.get(row.identifier), seenAt));
    return { body: { items, ...next } };
  });
}

function upload(options: AppleContentFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.uploadMessage, async ({ params, body }, { now, change, signal }) => {
    const app = await readServedApp(queries, params);
    const content = contentOf(body);
    const identifier = identifierOf(content, app.bundleId);
    const place = { app, environment: params.environment };
    const state = await callApple(options, place, async (client) => {
      await unlessRefused(
        client.uploadMessage(identifier, content, { signal }),
        MESSAGE_ALREADY_EXISTS,
      );
      const { messageIdentifiers = [] } = await client.getMessageList({ signal });
      const there = messageIdentifiers.find((each) => each.messageIdentifier === identifier);
      // Apple does not promise that its list has it at once.
      return normalizeReviewState(there?.messageState ?? "PENDING");
    });
    return change(async (transaction) => {
      const { name, locale } = body;
      const uploaded = { kind: "message", identifier, name, locale, content } as const;
      const row = {
        ...params,
        kind: "message",
        identifier,
        size: null,
        state,
        changed_at: now,
      } as const;
      await writeContent(transaction, row);
      await rememberUpload(transaction.queries, params, uploaded);
      await transaction.audit({
        target: identifier,
        summary: `uploaded the message ${identifier}`,
      });
      return { body: itemOf(row, uploaded, now) };
    });
  });
}

function remove(options: AppleContentFeatureOptions): Implementation {
  const { database, isMessageUsed = () => Promise.resolve(false) } = options;
  return implement(routes.deleteMessage, async ({ params }, { change, now, signal }) => {
    const { message: identifier, ...place } = params;
    const app = await readServedApp(database.queries, place);
    if (await isMessageUsed(database.queries, place, { messageIdentifier: identifier, now })) {
      throw new ApiRefusal("CONFLICT", `what is live, or was, uses the message ${identifier}`, {
        advice: "publish without it first; what can be rolled back to needs it, too",
      });
    }
    const isDeleted = await callApple(options, { app, environment: place.environment }, (client) =>
      unlessRefused(client.deleteMessage(identifier, { signal }), MESSAGE_NOT_FOUND),
    );
    return change(async (transaction) => {
      const summary = isDeleted
        ? `deleted the message ${identifier}`
        : `found that the message ${identifier} is not there`;
      await forgetContent(transaction, { ...place, kind: "message", identifier });
      await forgetUpload(transaction.queries, place, { kind: "message", identifier });
      await transaction.audit({ target: identifier, summary });
      return {};
    });
  });
}

/**
 * Returns what is uploaded, without the names that are ours.
 *
 * @throws ApiRefusal `INPUT_INVALID` with what Apple would refuse
 */
function contentOf(body: NewMessage): UploadMessageRequestBody {
  const { header, body: text, headerPosition, image, bulletPoints } = body;
  const given = { header, body: text, headerPosition, image, bulletPoints };
  const errors = checkMessage(given).filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new ApiRefusal("INPUT_INVALID", "Apple would refuse the message", {
      issues: errors.map(({ path, message }) => ({ path: ["body", ...path], message })),
    });
  }
  // Checked; undefined members, which JSON leaves out, are the only difference.
  return JSON.parse(JSON.stringify(given)) as UploadMessageRequestBody;
}

/** The identifier flows give the same content, so that what is uploaded here is theirs. */
function identifierOf(content: UploadMessageRequestBody, bundleId: string): string {
  const { header, body, headerPosition, image, bulletPoints = [] } = content;
  const identifier = messageIdentifier(
    {
      header,
      body,
      ...(headerPosition === "ABOVE_IMAGE" ? { headerPosition: "ABOVE_IMAGE" as const } : {}),
      ...(image === undefined ? {} : { image: imageOf(image) }),
      ...(bulletPoints.length === 0
        ? {}
        : { bullets: bulletPoints.map((each) => ({ text: each.text, image: imageOf(each) })) }),
    },
    { bundleId },
  );
  if (identifier !== undefined) return identifier;
  throw new ApiRefusal("INPUT_INVALID", "every image of a message needs its identifier");
}

function imageOf(given: { readonly imageIdentifier: string; readonly altText: string }) {
  return { id: given.imageIdentifier, alt: given.altText };
}

function itemOf(
  { identifier, state }: { readonly identifier: string; readonly state: string },
  uploaded: UploadedContent | undefined,
  seenAt: number,
): MessageItem {
  return {
    messageIdentifier: identifier,
    messageState: state,
    name: uploaded?.name,
    locale: uploaded?.locale,
    // The API's lists are mutable in type only.
    content: uploaded?.content && (structuredClone(uploaded.content) as MessageItem["content"]),
    seenAt,
  };
}
