import { afterAll, beforeAll, expect, test } from "vitest";
import { startLocalApple } from "../../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../../storekit/testing/local-apple.ts";
import { createFakeIo } from "../../../../testing/fake-io.ts";
import { errorOf, run, runJson } from "../../../../testing/run.ts";

const DEFAULTS = "storekit retention-messaging defaults";
const PLACE = "--product-id com.example.monthly --locale en-US --environment sandbox";
const ID = "551ee7c0-c097-418e-9dd5-2a98533a7390";

let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple();
});
afterAll(() => apple[Symbol.asyncDispose]());

test("defaults set, view and delete change, show and take away a default message", async () => {
  await using io = await apple.io();
  expect(await run(io, `${DEFAULTS} view ${PLACE} --output json`)).toBe(1);
  expect(errorOf(io)).toMatchObject({ appleCode: 4040020 });
  const set = `${DEFAULTS} set ${PLACE} --message-id ${ID}`;
  expect((await runJson(io, set)).json).toEqual({ messageIdentifier: ID });
  expect((await runJson(io, `${DEFAULTS} view ${PLACE}`)).json).toEqual({ messageIdentifier: ID });
  await run(io, `${DEFAULTS} view ${PLACE} --output table`);
  expect(io.out()).toContain(`Message ID\n${ID}\n`);
  await run(io, `${set} --output markdown`);
  expect(io.out()).toContain(`| Message ID |\n| --- |\n| ${ID} |\n`);
  expect((await runJson(io, `${DEFAULTS} delete ${PLACE} --confirm`)).json).toEqual({
    resource: "default",
    identifier: "com.example.monthly/en-US",
    action: "deleted",
    environment: "sandbox",
    success: true,
  });
  expect((await runJson(io, `${DEFAULTS} delete ${PLACE} --confirm`)).code).toBe(0);
});

test.each([
  ["a locale that is spelled otherwise", "view", "--locale en_US", "en-US"],
  ["a product id with a slash", "view", "--product-id a/b", "PRODUCT_ID_INVALID"],
  ["a message that is none", "set", "--message-id x", "IDENTIFIER_INVALID"],
  ["no message", "set", "", "--message-id is required"],
  ["no confirmation", "delete", "--locale x", "--confirm is required"],
])("defaults refuses %s before credentials", async (_, verb, more, message) => {
  await using io = await createFakeIo();
  expect(await run(io, `${DEFAULTS} ${verb} ${PLACE} ${more}`)).toBe(2);
  expect(io.err()).toContain(message);
});
