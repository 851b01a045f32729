import { beforeEach, describe, expect, test } from "vitest";
import { APPLE_ERRORS } from "../errors/apple-error-table.ts";
import { AppleApiError, type AppleErrorCode } from "../errors/index.ts";
import { catchError } from "../testing/catch-error.ts";
import { addChunk, makePng } from "../testing/make-png.ts";
import { MESSAGE, TEST_APP } from "../testing/test-app.ts";
import {
  configureDefault,
  configureRealtimeUrl,
  deleteDefault,
  deleteImage,
  deleteMessage,
  deleteRealtimeUrl,
  type EnvironmentWorld,
  findEnvironment,
  getDefault,
  getRealtimeUrl,
  openWorld,
  reviewImage,
  reviewMessage,
  setAppStoreConnectMessage,
  uploadImage,
  uploadMessage,
} from "./index.ts";

const FULL = makePng({ width: 3840, height: 160 });
const BULLET = makePng({ width: 1024, height: 1024 });
const HOLEY = makePng({ width: 3840, height: 160, channels: 4, lastAlpha: 254 });
const PALETTE = [
  [0, 0, 0],
  [255, 255, 255],
];
const INDEXED = makePng({ width: 3840, height: 160, palette: PALETTE });
const TRIPLE = [0, 1, 0, 2, 0, 3];
const NEW = "00000000-0000-4000-8000-0000000000aa";
const IMAGE = "00000000-0000-4000-9000-0000000000aa";
const BULLET_IMAGE = "00000000-0000-4000-9000-0000000000bb";
const TEXT = { header: "Stay", body: "Please stay." };
const withImage = (imageIdentifier = IMAGE, altText = "a") => ({
  ...TEXT,
  image: { imageIdentifier, altText },
});
const withBullet = (change: object = {}) => ({
  ...TEXT,
  bulletPoints: [{ imageIdentifier: BULLET_IMAGE, altText: "a", text: "t", ...change }],
});

let sandbox: EnvironmentWorld;
let production: EnvironmentWorld;
beforeEach(() => {
  const world = openWorld([TEST_APP]);
  sandbox = findEnvironment(world, { app: "test", environment: "sandbox" });
  production = findEnvironment(world, { app: "test", environment: "production" });
  for (const place of [sandbox, production]) {
    const state = place === sandbox ? "APPROVED" : "PENDING";
    place.images.set(IMAGE, { imageIdentifier: IMAGE, imageSize: "FULL_SIZE", state });
    place.images.set(BULLET_IMAGE, {
      imageIdentifier: BULLET_IMAGE,
      imageSize: "BULLET_POINT",
      state,
    });
  }
});

type Case = readonly [code: AppleErrorCode, errorCode: number, what: string, act: () => unknown];

const upload = (body: unknown) => () => uploadMessage(sandbox, NEW, body);
const image = (bytes: Uint8Array, size?: string) => () => uploadImage(sandbox, NEW, bytes, size);
const fill = (map: Map<string, unknown>) => {
  for (let count = 0; map.size < 2000; count += 1) map.set(String(count), TEXT);
};

describe("the world refuses as Apple does", () => {
  test.each<Case>([
    ["GENERAL_BAD_REQUEST", 4000000, "no object", upload([])],
    ["GENERAL_BAD_REQUEST", 4000000, "no body", upload({ header: "h" })],
    ["GENERAL_BAD_REQUEST", 4000000, "a header of another type", upload({ ...TEXT, header: 1 })],
    ["GENERAL_BAD_REQUEST", 4000000, "an image by a word", upload(withImage("image"))],
    [
      "GENERAL_BAD_REQUEST",
      4000000,
      "bullets that are no list",
      upload({ ...TEXT, bulletPoints: 1 }),
    ],
    ["GENERAL_BAD_REQUEST", 4000000, "a position", upload({ ...TEXT, headerPosition: "BELOW" })],
    [
      "GENERAL_BAD_REQUEST",
      4000000,
      "a message by a word",
      () => uploadMessage(sandbox, "A", TEXT),
    ],
    [
      "GENERAL_BAD_REQUEST",
      4000000,
      "an image named by a word",
      () => uploadImage(sandbox, "A", FULL),
    ],
    ["HEADER_TOO_LONG", 4000162, "67 characters", upload({ ...TEXT, header: "h".repeat(67) })],
    ["BODY_TOO_LONG", 4000163, "145 characters", upload({ ...TEXT, body: "b".repeat(145) })],
    ["ALT_TEXT_TOO_LONG", 4000175, "151 characters", upload(withImage(IMAGE, "a".repeat(151)))],
    ["ALT_TEXT_TOO_LONG", 4000175, "of a bullet", upload(withBullet({ altText: "a".repeat(151) }))],
    [
      "BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG",
      4000219,
      "67 characters",
      upload(withBullet({ text: "t".repeat(67) })),
    ],
    [
      "BAD_REQUEST_TOO_MANY_BULLET_POINTS",
      4000218,
      "more than was set",
      () => uploadMessage(sandbox, NEW, withBullet(), { maxBulletPoints: 0 }),
    ],
    [
      "BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE",
      4000224,
      "no image",
      upload({ ...TEXT, headerPosition: "ABOVE_IMAGE" }),
    ],
    ["BAD_REQUEST_INVALID_TEXT_FIELD", 4009999, "an emoji", upload({ ...TEXT, body: "Stay 🧘" })],
    ["BAD_REQUEST_INVALID_TEXT_FIELD", 4009999, "a heart", upload({ ...TEXT, body: "❤️" })],
    ["BAD_REQUEST_IMAGE_SIZE", 4000216, "a bullet's image", upload(withImage(BULLET_IMAGE))],
    [
      "BAD_REQUEST_IMAGE_SIZE",
      4000216,
      "a full image in a bullet",
      upload(withBullet({ imageIdentifier: IMAGE })),
    ],
    ["IMAGE_NOT_FOUND", 4040014, "never uploaded", upload(withImage(NEW))],
    [
      "MESSAGE_ALREADY_EXISTS",
      4090001,
      "the same again",
      () => uploadMessage(sandbox, MESSAGE.plain, TEXT),
    ],
    [
      "MAXIMUM_NUMBER_OF_MESSAGES_REACHED",
      4030016,
      "2000 there are",
      () => {
        fill(sandbox.messages);
        uploadMessage(sandbox, NEW, TEXT);
      },
    ],
    ["MESSAGE_NOT_FOUND", 4040015, "deleting", () => deleteMessage(sandbox, NEW)],
    ["MESSAGE_NOT_FOUND", 4040015, "reviewing", () => reviewMessage(sandbox, NEW, "APPROVED")],
    ["INVALID_IMAGE", 4000161, "no PNG", image(new TextEncoder().encode("x".repeat(99)))],
    ["INVALID_IMAGE", 4000161, "a PNG cut off", image(FULL.slice(0, 40))],
    ["INVALID_IMAGE", 4000161, "too narrow", image(makePng({ width: 3839, height: 160 }))],
    ["INVALID_IMAGE", 4000161, "too low", image(makePng({ width: 3840, height: 159 }))],
    [
      "INVALID_IMAGE",
      4000161,
      "too high",
      image(makePng({ width: 3840, height: 2161, channels: 1 })),
    ],
    ["INVALID_IMAGE", 4000161, "full size as a bullet", image(FULL, "BULLET_POINT")],
    ["INVALID_IMAGE", 4000161, "one pixel not opaque", image(HOLEY)],
    [
      "INVALID_IMAGE",
      4000161,
      "one grey pixel not opaque",
      image(makePng({ width: 3840, height: 160, channels: 2, lastAlpha: 0 })),
    ],
    [
      "INVALID_IMAGE",
      4000161,
      "a colour declared transparent",
      image(addChunk(FULL, "tRNS", TRIPLE)),
    ],
    ["INVALID_IMAGE", 4000161, "a transparent palette", image(addChunk(INDEXED, "tRNS", [0]))],
    [
      "INVALID_IMAGE",
      4000161,
      "transparent beside a suggested palette",
      image(addChunk(HOLEY, "PLTE", [0, 0, 0])),
    ],
    ["BAD_REQUEST_IMAGE_SIZE", 4000216, "an unknown size", image(FULL, "HUGE")],
    ["IMAGE_ALREADY_EXISTS", 4090000, "the same again", () => uploadImage(sandbox, IMAGE, FULL)],
    [
      "MAXIMUM_NUMBER_OF_IMAGES_REACHED",
      4030014,
      "2000 there are",
      () => {
        fill(sandbox.images);
        uploadImage(sandbox, NEW, FULL);
      },
    ],
    ["IMAGE_NOT_FOUND", 4040014, "deleting", () => deleteImage(sandbox, NEW)],
    ["IMAGE_NOT_FOUND", 4040014, "reviewing", () => reviewImage(sandbox, NEW, "APPROVED")],
    [
      "IMAGE_IN_USE",
      4030019,
      "in a bullet",
      () => {
        uploadMessage(sandbox, NEW, withBullet());
        deleteImage(sandbox, BULLET_IMAGE);
      },
    ],
    [
      "INVALID_PRODUCT_ID",
      4000023,
      "configuring",
      () => configureDefault(sandbox, "none", "en-US", MESSAGE.plain),
    ],
    ["INVALID_PRODUCT_ID", 4000023, "getting", () => getDefault(sandbox, "none", "en-US")],
    ["INVALID_PRODUCT_ID", 4000023, "deleting", () => deleteDefault(sandbox, "none", "en-US")],
    [
      "INVALID_PRODUCT_ID",
      4000023,
      "in App Store Connect",
      () => setAppStoreConnectMessage(sandbox, "none", undefined),
    ],
    [
      "INVALID_LOCALE",
      4000164,
      "with an underscore",
      () => configureDefault(sandbox, "basic.monthly", "en_US", MESSAGE.plain),
    ],
    ["INVALID_LOCALE", 4000164, "in capitals", () => getDefault(sandbox, "basic.monthly", "EN-us")],
    [
      "MESSAGE_NOT_FOUND",
      4040015,
      "as a default",
      () => configureDefault(sandbox, "basic.monthly", "en-US", NEW),
    ],
    [
      "MESSAGE_NOT_APPROVED",
      4030017,
      "as a default",
      () => {
        uploadMessage(production, NEW, TEXT);
        configureDefault(production, "basic.monthly", "en-US", NEW);
      },
    ],
    [
      "IMAGE_NOT_APPROVED",
      4030018,
      "as a default",
      () => {
        uploadMessage(production, NEW, withImage());
        reviewMessage(production, NEW, "APPROVED");
        configureDefault(production, "basic.monthly", "en-US", NEW);
      },
    ],
    [
      "DEFAULT_MESSAGE_NOT_FOUND",
      4040020,
      "never configured",
      () => getDefault(sandbox, "basic.monthly", "fr-FR"),
    ],
    [
      "BAD_REQUEST_REALTIME_URL",
      4000215,
      "http",
      () => configureRealtimeUrl(sandbox, "http://a.b/"),
    ],
    [
      "BAD_REQUEST_REALTIME_URL",
      4000215,
      "no host",
      () => configureRealtimeUrl(sandbox, "https://"),
    ],
    [
      "BAD_REQUEST_REALTIME_URL",
      4000215,
      "257 characters",
      () => configureRealtimeUrl(sandbox, `https://a.example/${"x".repeat(239)}`),
    ],
    [
      "FORBIDDEN_NO_PASSING_TEST",
      4030026,
      "in production",
      () => configureRealtimeUrl(production, "https://a.example/"),
    ],
    ["REALTIME_URL_NOT_FOUND", 4040021, "never configured", () => getRealtimeUrl(sandbox)],
  ])("%s %i: %s", async (code, errorCode, _what, act) => {
    const error = await catchError(act);
    expect(error).toBeInstanceOf(AppleApiError);
    expect(error).toMatchObject({
      code,
      errorCode,
      httpStatus: Number(String(errorCode).slice(0, 3)),
      name: APPLE_ERRORS[code].name,
    });
  });
});

describe("the world takes what Apple takes", () => {
  test("texts at their limits, with every other writing", () => {
    const body = {
      header: "字".repeat(66),
      body: "ü".repeat(144),
      image: { imageIdentifier: IMAGE, altText: "é".repeat(150) },
      headerPosition: "ABOVE_IMAGE",
      bulletPoints: [
        { imageIdentifier: BULLET_IMAGE, altText: "a", text: "© 2026 #1 * ™".padEnd(66) },
      ],
    };
    expect(uploadMessage(sandbox, NEW, { ...body, unknown: 1 })).toEqual({
      ...body,
      messageIdentifier: NEW,
      state: "APPROVED",
    });
  });

  test.each([
    ["RGB", makePng({ width: 3840, height: 160 })],
    ["the highest", makePng({ width: 3840, height: 2160, channels: 1 })],
    ["RGBA, all of it opaque", makePng({ width: 3840, height: 160, channels: 4 })],
    ["a palette", INDEXED],
    ["a palette declared opaque", addChunk(INDEXED, "tRNS", [255, 255])],
  ])("a picture: %s", (_what, bytes) => {
    expect(uploadImage(sandbox, NEW, bytes)).toEqual({
      imageIdentifier: NEW,
      imageSize: "FULL_SIZE",
      state: "APPROVED",
    });
  });

  test("a picture for a bullet point", () => {
    expect(uploadImage(sandbox, NEW, BULLET, "BULLET_POINT").imageSize).toBe("BULLET_POINT");
    expect(uploadImage(production, NEW, BULLET, "BULLET_POINT").state).toBe("PENDING");
  });

  test("in production only after review", () => {
    expect(uploadMessage(production, NEW, withImage()).state).toBe("PENDING");
    expect(reviewMessage(production, NEW, "APPROVED").state).toBe("APPROVED");
    reviewImage(production, IMAGE, "APPROVED");
    configureDefault(production, "basic.monthly", "ja", NEW);
    expect(getDefault(production, "basic.monthly", "ja")).toBe(NEW);
    expect(reviewMessage(production, NEW, "REJECTED").state).toBe("REJECTED");
  });

  test("each environment for itself", () => {
    uploadMessage(sandbox, NEW, TEXT);
    expect(production.messages.has(NEW)).toBe(false);
  });

  test("a default over another, and its deletion twice", () => {
    configureDefault(sandbox, "basic.monthly", "en-US", MESSAGE.plain);
    expect(getDefault(sandbox, "basic.monthly", "en-US")).toBe(MESSAGE.plain);
    deleteDefault(sandbox, "basic.monthly", "en-US");
    deleteDefault(sandbox, "basic.monthly", "en-US");
    deleteDefault(sandbox, "basic.yearly", "en-US");
    expect(() => getDefault(sandbox, "basic.monthly", "en-US")).toThrow(AppleApiError);
  });

  test("a message's deletion, and forgets its defaults and its hold on the image", () => {
    uploadMessage(sandbox, NEW, withImage());
    configureDefault(sandbox, "basic.monthly", "en-US", NEW);
    deleteMessage(sandbox, NEW);
    deleteImage(sandbox, IMAGE);
    expect(() => getDefault(sandbox, "basic.monthly", "en-US")).toThrow(AppleApiError);
  });

  test("a URL over another, in production after a passing test", () => {
    production.app.performanceTestPassedAt = 1;
    configureRealtimeUrl(production, "https://a.example/");
    configureRealtimeUrl(production, `https://a.example/${"x".repeat(238)}`);
    expect(getRealtimeUrl(production)).toHaveLength(256);
    deleteRealtimeUrl(production);
    deleteRealtimeUrl(production);
    expect(() => getRealtimeUrl(production)).toThrow(AppleApiError);
  });
});
