import { writePng } from "@holdfast/appstore/images/testing";
import { messageIdentifier } from "@holdfast/flow/identifiers";
import { expect, test } from "vitest";
import { addKnownKeys, knownInAppPurchaseKey, setUpKeys } from "../keys/testing/test-keys.ts";
import { createAppleContentFeature } from "./apple-content-feature.ts";
import type { AppleContentFeatureOptions } from "./content-means.ts";
import { pollReviews } from "./poll-reviews.ts";

const NEVER = new AbortController().signal;
const PLACE = "/v1/apps/yoga/environments/sandbox";
const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const TEXT = { header: "Stay", body: "Please stay." };

async function setUp(options: Partial<AppleContentFeatureOptions> = {}) {
  const setting = await setUpKeys({
    features: ({ database, clients }) => [
      createAppleContentFeature({ database, clients, ...options }),
    ],
  });
  await addKnownKeys(setting);
  return setting;
}

test("uploadMessage gives a message the identifier its content has in flows, and is answered alike again", async () => {
  const { control, emulator, database, clients } = await setUp();
  const uploaded = await control.call(`POST ${PLACE}/messages`, {
    name: "stay",
    locale: "en-US",
    ...TEXT,
  });
  const identifier = messageIdentifier(TEXT, { bundleId: "com.example.yoga" });
  expect(uploaded).toMatchObject({
    status: 201,
    body: {
      messageIdentifier: identifier,
      messageState: "APPROVED",
      name: "stay",
      locale: "en-US",
      content: TEXT,
    },
  });
  const again = await control.call(`POST ${PLACE}/messages`, TEXT);
  expect(again).toMatchObject({ status: 201, body: { messageIdentifier: identifier } });
  const ids = emulator.messages(SANDBOX).map(({ messageIdentifier: id }) => id);
  expect(ids.filter((id) => id === identifier)).toHaveLength(1);
  await pollReviews(SANDBOX, { database, clients }, NEVER);
  const { body } = await control.call(`GET ${PLACE}/messages`);
  expect(body["items"]).toContainEqual(
    expect.objectContaining({ messageIdentifier: identifier, name: "stay", content: TEXT }),
  );
});

test("uploadMessage refuses what Apple would, before Apple is asked", async () => {
  const { control, emulator } = await setUp();
  emulator.requestLog.clear();
  const refused = await control.call(`POST ${PLACE}/messages`, {
    ...TEXT,
    headerPosition: "ABOVE_IMAGE",
  });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "INPUT_INVALID" } } });
  expect(emulator.requestLog.list()).toEqual([]);
});

test("uploadMessage says what Apple refused, and then nothing is remembered", async () => {
  const { control, emulator } = await setUp();
  emulator.faults.set([{ kind: "error", errorCode: 4_030_016, operation: "uploadMessage" }]);
  const refused = await control.call(`POST ${PLACE}/messages`, TEXT);
  expect(refused).toMatchObject({
    status: 502,
    body: { error: { code: "APPLE_REFUSED", apple: { errorCode: 4_030_016 } } },
  });
  await expect(control.call(`GET ${PLACE}/messages`)).resolves.toMatchObject({
    body: { items: [] },
  });
});

test("deleteMessage deletes it at Apple and here; one that is used stays", async () => {
  let isUsed = true;
  const { control, emulator } = await setUp({ isMessageUsed: () => Promise.resolve(isUsed) });
  const { body } = await control.call(`POST ${PLACE}/messages`, TEXT);
  const path = `${PLACE}/messages/${String(body["messageIdentifier"])}` as const;
  await expect(control.call(`DELETE ${path}`)).resolves.toMatchObject({ status: 409 });
  isUsed = false;
  await expect(control.call(`DELETE ${path}`)).resolves.toMatchObject({ status: 204 });
  await expect(control.call(`DELETE ${path}`)).resolves.toMatchObject({ status: 204 });
  const ids = emulator.messages(SANDBOX).map(({ messageIdentifier: id }) => id);
  expect(ids).not.toContain(body["messageIdentifier"]);
  await expect(control.call(`GET ${PLACE}/messages`)).resolves.toMatchObject({
    body: { items: [] },
  });
});

test("images are uploaded once, used by messages, and deleted after them", async () => {
  const { control } = await setUp();
  const png = Buffer.from(writePng({ width: 1024, height: 1024 })).toString("base64");
  const image = { name: "badge", imageSize: "BULLET_POINT", png };
  const uploaded = await control.call(`POST ${PLACE}/images`, image);
  expect(uploaded).toMatchObject({
    status: 201,
    body: { imageState: "APPROVED", imageSize: "BULLET_POINT", name: "badge" },
  });
  const imageIdentifier = String(uploaded.body["imageIdentifier"]);
  const again = await control.call(`POST ${PLACE}/images`, image);
  expect(again.body["imageIdentifier"]).toBe(imageIdentifier);
  const bulletPoints = [{ text: "New", imageIdentifier, altText: "A badge" }];
  const message = await control.call(`POST ${PLACE}/messages`, { ...TEXT, bulletPoints });
  expect(message.status).toBe(201);
  const path = `${PLACE}/images/${imageIdentifier}` as const;
  await expect(control.call(`DELETE ${path}`)).resolves.toMatchObject({
    status: 409,
    body: { error: { code: "CONFLICT" } },
  });
  await control.call(`DELETE ${PLACE}/messages/${String(message.body["messageIdentifier"])}`);
  await expect(control.call(`DELETE ${path}`)).resolves.toMatchObject({ status: 204 });
  await expect(control.call(`GET ${PLACE}/images`)).resolves.toMatchObject({ body: { items: [] } });
});

test.each([
  ["of other dimensions", { width: 100, height: 100 }, "BULLET_POINT"],
  ["of a size nobody knows", { width: 1024, height: 1024 }, "HUGE"],
])("uploadImage refuses an image %s", async (_, size, imageSize) => {
  const { control } = await setUp();
  const png = Buffer.from(writePng(size)).toString("base64");
  const refused = await control.call(`POST ${PLACE}/images`, { imageSize, png });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "INPUT_INVALID" } } });
});

test("default messages are set and taken away at Apple and here", async () => {
  const { control, emulator } = await setUp();
  const { body } = await control.call(`POST ${PLACE}/messages`, TEXT);
  const id = String(body["messageIdentifier"]);
  const path = `${PLACE}/defaults/yoga.monthly/en-US` as const;
  await expect(control.call(`PUT ${path}`, { messageIdentifier: id })).resolves.toMatchObject({
    status: 200,
    body: { productId: "yoga.monthly", locale: "en-US", messageIdentifier: id },
  });
  const place = { productId: "yoga.monthly", locale: "en-US" };
  expect(emulator.getDefault(SANDBOX, place)).toBe(id);
  await expect(control.call(`GET ${PLACE}/defaults`)).resolves.toMatchObject({
    body: { items: [{ messageIdentifier: id }] },
  });
  await expect(control.call(`DELETE ${path}`)).resolves.toMatchObject({ status: 204 });
  expect(emulator.defaults(SANDBOX)).toEqual([]);
  await expect(control.call(`GET ${PLACE}/defaults`)).resolves.toMatchObject({
    body: { items: [] },
  });
});

test("content operations need a key, and an app that is served in the environment", async () => {
  const { control, emulator } = await setUp();
  const { keyId } = knownInAppPurchaseKey(emulator);
  await control.call(`DELETE /v1/apps/yoga/in-app-purchase-keys/${keyId}`);
  await expect(control.call(`POST ${PLACE}/messages`, TEXT)).resolves.toMatchObject({
    status: 409,
    body: { error: { code: "CONFLICT" } },
  });
  const other = { id: "other", name: "Other", bundleId: "com.other", appAppleId: 7 };
  await control.call("POST /v1/apps", { ...other, environments: { production: {} } });
  for (const path of ["messages", "images", "defaults", "content-usage"]) {
    const call = control.call(`GET /v1/apps/other/environments/sandbox/${path}`);
    await expect(call).resolves.toMatchObject({ status: 404 });
  }
});
