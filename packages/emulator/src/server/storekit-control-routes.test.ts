import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callStorekit } from "../testing/call-storekit.ts";
import { anyNumber, anyText } from "../testing/matching.ts";
import { TEST_APP } from "../testing/test-app.ts";
import { type RunningEmulator, startEmulator } from "./start-emulator.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;

let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, apps: [TEST_APP] });
});
afterAll(async () => {
  await emulator.close();
});

async function call(request: string, body?: unknown) {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(`${emulator.url}/emulator${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: parsed };
}

describe("the control API", () => {
  test("sets faults, tells what became of them, and ends them", async () => {
    const faults = [
      {
        kind: "error",
        errorCode: 5000000,
        retryInMs: 1000,
        operation: "getMessageList",
        app: "test",
        environment: "sandbox",
        skip: 1,
        times: 1,
        when: "beforeEffect",
      },
      { kind: "latency", delayMs: 0 },
      { kind: "status", status: 503, operation: "uploadImage" },
      { kind: "drop", environment: "production", when: "afterEffect" },
    ];
    const inForce = faults.map((fault) => ({ ...fault, matched: 0, applied: 0 }));
    expect(await call("PUT /faults", { faults })).toEqual({
      status: 200,
      body: { faults: inForce },
    });
    expect(await callStorekit(emulator, SANDBOX, "GET /message/list")).toMatchObject({
      status: 200,
    });
    expect(await callStorekit(emulator, SANDBOX, "GET /message/list")).toMatchObject({
      status: 500,
    });
    expect(await call("GET /faults")).toMatchObject({
      body: { faults: [{ matched: 2, applied: 1 }, { applied: 2 }, { matched: 0 }, {}] },
    });
    expect(await call("DELETE /faults")).toEqual({ status: 204, body: undefined });
    expect(await call("GET /faults")).toEqual({ status: 200, body: { faults: [] } });
  });

  test.each([
    ["no list", {}],
    ["no objects", { faults: ["drop"] }],
    ["no kind", { faults: [{}] }],
    ["an unknown kind", { faults: [{ kind: "explosion" }] }],
    ["a name misspelled", { faults: [{ kind: "drop", operaton: "uploadImage" }] }],
    ["an operation there is not", { faults: [{ kind: "drop", operation: "upload" }] }],
    ["an unknown environment", { faults: [{ kind: "drop", environment: "xcode" }] }],
    ["an unknown moment", { faults: [{ kind: "drop", when: "sometimes" }] }],
    ["no delay", { faults: [{ kind: "latency" }] }],
    ["a delay in words", { faults: [{ kind: "latency", delayMs: "1 s" }] }],
    ["no error", { faults: [{ kind: "error" }] }],
    ["a status that is none", { faults: [{ kind: "status", status: 200 }] }],
  ])("answers INPUT_INVALID to faults of %s", async (_what, body) => {
    expect(await call("PUT /faults", body)).toEqual({
      status: 400,
      body: { code: "INPUT_INVALID", message: anyText },
    });
  });

  test("tells what was asked, and forgets it", async () => {
    await call("DELETE /requests");
    const body = { header: "A secret header", body: "A secret body" };
    const path = "/message/00000000-0000-4000-8000-0000000000aa";
    await callStorekit(emulator, SANDBOX, `PUT ${path}`, { body });
    await callStorekit(emulator, SANDBOX, "GET /realtime/url");
    const told = await call("GET /requests");
    expect(told.body).toEqual({
      counts: { uploadMessage: 1, getRealtimeURL: 1 },
      requests: [
        { operation: "uploadMessage", ...SANDBOX, status: 200, dropped: false, at: anyNumber },
        {
          operation: "getRealtimeURL",
          ...SANDBOX,
          status: 404,
          errorCode: 4040021,
          dropped: false,
          at: anyNumber,
        },
      ],
    });
    expect(await call("DELETE /requests")).toMatchObject({ status: 204 });
    expect(await call("GET /requests")).toMatchObject({ body: { counts: {}, requests: [] } });
  });

  test("takes an app's access away, and gives it back", async () => {
    const access = "PUT /apps/test/access";
    const put = "PUT /realtime/url";
    const body = { realtimeURL: "https://a.example/" };
    expect(await call(access, { hasAccess: false })).toMatchObject({ status: 200 });
    expect(await callStorekit(emulator, SANDBOX, put, { body })).toMatchObject({
      status: 404,
      text: "",
    });
    expect(await call(access, { hasAccess: true })).toMatchObject({ status: 200 });
    expect(await callStorekit(emulator, SANDBOX, put, { body })).toMatchObject({ status: 200 });
    expect(await call(access, {})).toMatchObject({ status: 400 });
    expect(await call("PUT /apps/nobody/access", { hasAccess: true })).toMatchObject({
      status: 404,
      body: { code: "APP_UNKNOWN" },
    });
  });
});
