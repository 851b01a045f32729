import { createTestAppStore, testRealtimeRequest } from "@holdfast/appstore/testing";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const REQUEST = testRealtimeRequest();
const VERIFY = "jws verify --environment sandbox --trusted-root root.pem";

async function prepare(io: FakeIo, payload: object = REQUEST): Promise<string> {
  const store = await createTestAppStore();
  const compact = store.sign(payload);
  await writeFiles(io, {
    "root.pem": store.rootPem,
    "compact.jws": `${compact}\n`,
    "request.json": JSON.stringify({ signedPayload: compact }),
    "forged.jws": `${compact.slice(0, -4)}AAAA`,
  });
  return compact;
}

describe("jws decode", () => {
  test.each(["compact.jws", "request.json"])("shows what is inside %s", async (file) => {
    await using io = await createFakeIo();
    await prepare(io);
    const { code, json } = await runJson(io, `jws decode ${file}`);
    expect(code).toBe(0);
    expect(json).toMatchObject({ verified: false, header: { alg: "ES256" }, payload: REQUEST });
    expect(io.err()).toBe("");
  });

  test("says that nothing was verified", async () => {
    await using io = await createFakeIo();
    await prepare(io);
    expect(await run(io, "jws decode compact.jws")).toBe(0);
    expect(io.err()).toContain("not verified");
  });

  test("reads standard input", async () => {
    await using io = await createFakeIo();
    const compact = await prepare(io);
    await using other = await createFakeIo({ stdin: async () => compact });
    expect((await runJson(other, "jws decode -")).json).toMatchObject({ payload: REQUEST });
  });

  test("exits 1 for what is no JWS", async () => {
    await using io = await createFakeIo({ stdin: async () => "hello" });
    expect(await run(io, "jws decode - --output json")).toBe(1);
    expect(errorOf(io)["code"]).toBe("JWS_MALFORMED");
  });
});

describe("jws verify", () => {
  test("shows a real-time request that holds", async () => {
    await using io = await createFakeIo();
    await prepare(io);
    const line = `${VERIFY} --app-apple-id ${REQUEST.appAppleId} request.json`;
    const { code, json } = await runJson(io, line);
    expect(code).toBe(0);
    expect(json).toEqual({ verified: true, kind: "realtime", payload: REQUEST });
  });

  test.each([
    ["another app", "--app-apple-id 1 request.json", "APP_MISMATCH"],
    [
      "another environment",
      "--app-apple-id 1 --environment production request.json",
      "ENVIRONMENT_MISMATCH",
    ],
    ["a signature that is wrong", "--app-apple-id 1 forged.jws", "SIGNATURE_INVALID"],
    [
      "another kind",
      "--kind notification --bundle-id com.example.yoga request.json",
      "PAYLOAD_INVALID",
    ],
  ])("exits 1 with code and message for %s", async (_, options, code) => {
    await using io = await createFakeIo();
    await prepare(io);
    const refused = await runJson(io, `${VERIFY} ${options}`);
    expect(refused.code).toBe(1);
    expect(refused.json).toMatchObject({ verified: false, code });
    expect(refused.json["message"]).not.toBe("");
  });

  test("trusts Apple alone unless told otherwise", async () => {
    await using io = await createFakeIo();
    await prepare(io);
    const line = "jws verify --environment sandbox --app-apple-id 1 request.json";
    expect((await runJson(io, line)).json).toMatchObject({ code: "ROOT_UNTRUSTED" });
  });

  test("takes several roots", async () => {
    await using io = await createFakeIo();
    await prepare(io);
    const other = await createTestAppStore();
    await writeFiles(io, { "other.pem": other.rootPem });
    const line = `${VERIFY} --trusted-root other.pem --app-apple-id ${REQUEST.appAppleId} request.json`;
    expect(await run(io, line)).toBe(0);
    expect(io.out()).toContain("verified: realtime");
  });

  test.each([
    [
      "transaction",
      { bundleId: "com.example.yoga", environment: "Sandbox" },
      "--bundle-id com.example.yoga",
    ],
    [
      "renewal",
      { environment: "Sandbox", originalTransactionId: "2", signedDate: REQUEST.signedDate },
      "",
    ],
  ])("knows a %s", async (kind, payload, options) => {
    await using io = await createFakeIo();
    await prepare(io, payload);
    const { json } = await runJson(io, `${VERIFY} --kind ${kind} ${options} compact.jws`);
    expect(json).toMatchObject({ verified: true, kind });
  });

  test.each([
    ["realtime", "--app-apple-id is required with --kind realtime"],
    ["notification", "--bundle-id is required with --kind notification"],
    ["transaction", "--bundle-id is required with --kind transaction"],
    ["app-transaction", "--bundle-id is required with --kind app-transaction"],
  ])("needs to know whose a %s must be", async (kind, message) => {
    await using io = await createFakeIo();
    await prepare(io);
    expect(await run(io, `${VERIFY} --kind ${kind} request.json`)).toBe(2);
    expect(io.err()).toContain(message);
  });
});
