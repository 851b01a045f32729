import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { REGISTRY } from "../registry.ts";
import { startLocalApple } from "../storekit/testing/local-apple.ts";
import type { LocalApple } from "../storekit/testing/local-apple.ts";
import { run, writeFiles } from "../testing/run.ts";

let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple();
});
afterAll(() => apple[Symbol.asyncDispose]());

const ID = "--transaction-id 2000000000000001";
const SANDBOX = "--environment sandbox";
const RANGE = "--start 2026-11-01 --end 2026-11-02";

test("the tree has every command of the App Store Server API", () => {
  const paths = REGISTRY.map(({ path }) => path.join(" "));
  expect(paths).toEqual(
    expect.arrayContaining([
      "storekit transactions view",
      "storekit transactions history",
      "storekit subscriptions status",
      "storekit refunds history",
      "storekit orders lookup",
      "storekit notifications history",
      "storekit notifications test",
      "storekit notifications test-status",
    ]),
  );
});

describe("a command of the App Store Server API", () => {
  test.each([
    [`transactions view ${ID}`, "--environment is required"],
    [`transactions view ${ID} --environment moon`, "expected production or sandbox"],
    [`transactions view ${SANDBOX}`, "--transaction-id is required"],
    [`transactions view ${SANDBOX} --transaction-id 12x`, "expected a transaction id"],
    [`transactions view ${SANDBOX} ${ID} --trusted-root root.pem`, "requires --verify"],
    [`transactions view ${SANDBOX} ${ID} --verify --trusted-root none.pem`, "no such file"],
    [`transactions view ${SANDBOX} ${ID} --verify --trusted-root bad.pem`, "ROOT_INVALID"],
    [`transactions view ${SANDBOX} ${ID} --output table --pretty`, "--pretty is only valid"],
    [`transactions history ${SANDBOX} ${ID} --start yesterday`, "--start: expected a date"],
    [
      `transactions history ${SANDBOX} ${ID} --start 2026-11-02 --end 2026-11-01`,
      "--start: expected a time before --end",
    ],
    [`transactions history ${SANDBOX} ${ID} --revoked maybe`, "Allowed choices are true, false"],
    [`transactions history ${SANDBOX} ${ID} --sort up-and-down`, "--sort: expected a word"],
    [`transactions history ${SANDBOX} ${ID} --product-type a,`, "--product-type: expected a value"],
    [`transactions history ${SANDBOX} ${ID} --max-pages 3`, "--max-pages requires --paginate"],
    [`transactions history ${SANDBOX} ${ID} --paginate --max-pages 0`, "expected a whole number"],
    [`subscriptions status ${SANDBOX} ${ID} --status 6`, "--status: expected 1 to 5, or active"],
    [`subscriptions status ${SANDBOX} ${ID} --status lapsed`, "got lapsed"],
    [`refunds history ${SANDBOX}`, "--transaction-id is required"],
    [`orders lookup ${SANDBOX} --order-id A1`, "--environment: expected production"],
    [`orders lookup --environment production`, "--order-id is required"],
    [`orders lookup --environment production --order-id a/b`, "--order-id: expected letters"],
    [`notifications history ${SANDBOX} --end 2026-11-01`, "--start is required"],
    [`notifications history ${SANDBOX} --start 2026-11-01`, "--end is required"],
    [`notifications history ${SANDBOX} ${RANGE} --subtype UPGRADE`, "--subtype requires"],
    [`notifications history ${SANDBOX} ${RANGE} ${ID} --type REFUND`, "not both"],
    [`notifications test ${SANDBOX}`, "--confirm is required"],
    [`notifications test-status ${SANDBOX}`, "--token is required"],
  ])("exits 2 before anything is sent: %s", async (line, message) => {
    await using io = await apple.io();
    await writeFiles(io, { "bad.pem": "no certificate" });
    expect([await run(io, `storekit ${line}`), io.out()]).toEqual([2, ""]);
    expect(io.err()).toContain(message);
    expect(apple.emulator.requestLog.list()).toEqual([]);
  });
});
