import { expect, test } from "vitest";
import { appleError, createFakeAppStore } from "../testing/fake-app-store.ts";
import { readAppleContent } from "./read-apple-content.ts";

test("readAppleContent() reads everything in three requests, states under one name", async () => {
  const store = createFakeAppStore();
  store.messages.set("m", { state: "PENDING_REVIEW", body: { header: "", body: "" } });
  store.images.set("i", { state: "APPROVED", size: "FULL_SIZE", bytes: 1 });
  store.realtimeUrl = "https://retention.example.com/";
  expect(await readAppleContent(store.client())).toEqual({
    messages: new Map([["m", "PENDING"]]),
    images: new Map([["i", { state: "APPROVED", size: "FULL_SIZE" }]]),
    realtimeUrl: "https://retention.example.com/",
  });
  expect(store.requests).toHaveLength(3);
});

test("readAppleContent() takes lists that are left out for empty, and no URL for none", async () => {
  const client = createFakeAppStore().client();
  const empty = { ...client, getMessageList: async () => ({}), getImageList: async () => ({}) };
  expect(await readAppleContent(empty)).toEqual({
    messages: new Map(),
    images: new Map(),
    realtimeUrl: null,
  });
});

test("readAppleContent() throws what else goes wrong with the URL", async () => {
  const store = createFakeAppStore();
  store.failures.set("GET url", appleError("APPLE_NO_ACCESS"));
  await expect(readAppleContent(store.client())).rejects.toMatchObject({ code: "APPLE_NO_ACCESS" });
});
