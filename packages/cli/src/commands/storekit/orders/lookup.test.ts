import { createTestAppStore, testTransaction } from "@holdfast/appstore/testing";
import { describe, expect, test } from "vitest";
import { startAnsweringApple } from "../../../server-api/testing/answering-apple.ts";
import { createKeyedIo } from "../../../server-api/testing/create-keyed-io.ts";
import { run, runJson, writeFiles } from "../../../testing/run.ts";

// The local App Store has no orders.

const LINE = "storekit orders lookup --order-id MK5TTTVWJH --environment production";

describe("orders lookup", () => {
  test("passes on what Apple answered", async () => {
    const answer = { status: 1 };
    const server = await startAnsweringApple(() => answer);
    await using io = await createKeyedIo(server.url);
    const { code, json } = await runJson(io, LINE);
    expect([code, io.err()]).toEqual([0, ""]);
    expect(json).toEqual(answer);
    expect(server.asked).toEqual([
      { method: "GET", url: "/inApps/v1/lookup/MK5TTTVWJH", body: "" },
    ]);
  });

  test("verifies that what was bought is of production", async () => {
    const store = await createTestAppStore();
    let environment = "Production";
    const server = await startAnsweringApple(() => ({
      status: 0,
      signedTransactions: [store.sign(testTransaction({ environment }))],
    }));
    await using io = await createKeyedIo(server.url);
    await writeFiles(io, { "root.pem": store.rootPem });
    const line = `${LINE} --verify --trusted-root root.pem --output table`;
    expect([await run(io, line), io.err()]).toEqual([0, ""]);
    expect(io.out()).toMatch(/^Order Status +Transaction ID .*\nVALID +2000000123456790 /);
    environment = "Sandbox";
    expect(await run(io, line)).toBe(1);
    expect(io.err()).toContain("signedTransactions[0]: expected the environment Production");
  });

  test("is a line of an order that is not valid", async () => {
    const server = await startAnsweringApple(() => ({ status: 1 }));
    await using io = await createKeyedIo(server.url);
    expect(await run(io, `${LINE} --output table`)).toBe(0);
    expect(io.out()).toMatch(/\nINVALID\n$/);
  });
});
