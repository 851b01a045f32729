import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { expect, test } from "vitest";
import { newWebhookKey, secretTextOf, signPost } from "./sign-post.ts";

const POST = { id: "delivery_1", body: '{"type":"ü \u{1F600}"}', at: Date.now() };

test("signPost() is verified by the specification's own library", () => {
  const key = newWebhookKey();
  const receiver = new Webhook(secretTextOf(key));
  expect(receiver.verify(POST.body, signPost(POST, key))).toEqual(JSON.parse(POST.body));
});

test.each([
  ["another id", { "webhook-id": "delivery_2" }, POST.body],
  ["another time", { "webhook-timestamp": String(Math.floor(POST.at / 1000) - 1) }, POST.body],
  ["another body", {}, `${POST.body} `],
] as const)("signPost() does not cover %s", (_, headers, body) => {
  const key = newWebhookKey();
  const receiver = new Webhook(secretTextOf(key));
  const signed = { ...signPost(POST, key), ...headers };
  expect(() => receiver.verify(body, signed)).toThrow(WebhookVerificationError);
});

test("newWebhookKey() is another one each time, as long as the specification asks", () => {
  const keys = [newWebhookKey(), newWebhookKey()];
  expect(keys.map(({ length }) => length)).toEqual([32, 32]);
  expect(keys[0]).not.toEqual(keys[1]);
});
