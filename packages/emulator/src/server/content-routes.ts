import type { Hono } from "hono";
import type { Emulator } from "../emulator/emulator.ts";
import { emulatorError } from "../errors/index.ts";
import type { ImageSize, MessageContent } from "../world/index.ts";
import { parseAppStoreConnectMessage, parseReviewState, stringOf } from "./control-input.ts";
import { placeOf } from "./place.ts";
import { readBytes, readFields } from "./request-body.ts";

const PLACE = "/emulator/apps/:app/:environment";

/** Adds what is about an app's content: messages, images, defaults, the URL. */
export function addContentRoutes(app: Hono, emulator: Emulator): void {
  addMessageRoutes(app, emulator);
  addImageRoutes(app, emulator);
  addDefaultRoutes(app, emulator);
  addUrlRoutes(app, emulator);
}

function addMessageRoutes(app: Hono, emulator: Emulator): void {
  app.get(`${PLACE}/messages`, (context) =>
    context.json({ messages: emulator.messages(placeOf(context.req.param())) }),
  );
  app.put(`${PLACE}/messages/:id`, async (context) => {
    const content = await readFields(context.req.raw);
    const place = placeOf(context.req.param());
    // The upload itself judges the shape, with Apple's errors.
    const unjudged = content as unknown as MessageContent;
    return context.json(emulator.uploadMessage(place, context.req.param("id"), unjudged));
  });
  app.delete(`${PLACE}/messages/:id`, (context) => {
    emulator.deleteMessage(placeOf(context.req.param()), context.req.param("id"));
    return context.body(null, 204);
  });
  app.post(`${PLACE}/messages/:id/review`, async (context) => {
    const state = parseReviewState(await readFields(context.req.raw));
    const place = placeOf(context.req.param());
    return context.json(emulator.reviewMessage(place, context.req.param("id"), state));
  });
}

function addImageRoutes(app: Hono, emulator: Emulator): void {
  app.get(`${PLACE}/images`, (context) =>
    context.json({ images: emulator.images(placeOf(context.req.param())) }),
  );
  app.put(`${PLACE}/images/:id`, async (context) => {
    const bytes = await readBytes(context.req.raw);
    const place = placeOf(context.req.param());
    const imageSize = parseImageSize(context.req.query("imageSize"));
    return context.json(emulator.uploadImage(place, context.req.param("id"), bytes, imageSize));
  });
  app.delete(`${PLACE}/images/:id`, (context) => {
    emulator.deleteImage(placeOf(context.req.param()), context.req.param("id"));
    return context.body(null, 204);
  });
  app.post(`${PLACE}/images/:id/review`, async (context) => {
    const state = parseReviewState(await readFields(context.req.raw));
    const place = placeOf(context.req.param());
    return context.json(emulator.reviewImage(place, context.req.param("id"), state));
  });
}

function addDefaultRoutes(app: Hono, emulator: Emulator): void {
  app.get(`${PLACE}/defaults`, (context) =>
    context.json({ defaults: emulator.defaults(placeOf(context.req.param())) }),
  );
  app.put(`${PLACE}/defaults/:productId/:locale`, async (context) => {
    const messageIdentifier = stringOf(await readFields(context.req.raw), "messageIdentifier");
    const { app: id, environment, productId, locale } = context.req.param();
    const value = { productId, locale, messageIdentifier };
    emulator.configureDefault(placeOf({ app: id, environment }), value);
    return context.json(value);
  });
  app.delete(`${PLACE}/defaults/:productId/:locale`, (context) => {
    const { app: id, environment, productId, locale } = context.req.param();
    emulator.deleteDefault(placeOf({ app: id, environment }), { productId, locale });
    return context.body(null, 204);
  });
}

function addUrlRoutes(app: Hono, emulator: Emulator): void {
  app.get(`${PLACE}/realtime-url`, (context) =>
    context.json({ realtimeURL: emulator.getRealtimeUrl(placeOf(context.req.param())) }),
  );
  app.put(`${PLACE}/realtime-url`, async (context) => {
    const realtimeURL = stringOf(await readFields(context.req.raw), "realtimeURL");
    emulator.configureRealtimeUrl(placeOf(context.req.param()), realtimeURL);
    return context.json({ realtimeURL });
  });
  app.delete(`${PLACE}/realtime-url`, (context) => {
    emulator.deleteRealtimeUrl(placeOf(context.req.param()));
    return context.body(null, 204);
  });
  app.put(`${PLACE}/app-store-connect-messages/:productId`, async (context) => {
    const message = parseAppStoreConnectMessage(await readFields(context.req.raw));
    const { productId, ...place } = context.req.param();
    emulator.setAppStoreConnectMessage(placeOf(place), productId, message);
    return context.json(message);
  });
  app.delete(`${PLACE}/app-store-connect-messages/:productId`, (context) => {
    const { productId, ...place } = context.req.param();
    emulator.setAppStoreConnectMessage(placeOf(place), productId, undefined);
    return context.body(null, 204);
  });
}

function parseImageSize(text: string | undefined): ImageSize | undefined {
  if (text === undefined || text === "FULL_SIZE" || text === "BULLET_POINT") return text;
  throw emulatorError("INPUT_INVALID", "expected imageSize to be FULL_SIZE or BULLET_POINT");
}
