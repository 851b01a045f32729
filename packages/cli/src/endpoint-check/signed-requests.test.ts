import { startEmulator } from "@holdfast/emulator";
import { describe, expect, test } from "vitest";
import {
  openEmulatorSource,
  openForger,
  readCaptured,
  tamperedRequest,
} from "./signed-requests.ts";

const PAYLOAD = {
  originalTransactionId: "1",
  appAppleId: 1,
  productId: "a",
  userLocale: "en-US",
  requestIdentifier: "0",
  environment: "Sandbox",
  signedDate: 5,
} as const;

const { signal } = new AbortController();

describe("openForger()", () => {
  test("makes whole requests, each of now and with an identifier of its own", async () => {
    await using forger = await openForger(PAYLOAD, () => 77);
    const [one, other] = [await forger.next(), await forger.next()].map(readCaptured);
    expect(one?.payload).toMatchObject({ appAppleId: 1, productId: "a", signedDate: 77 });
    expect(one?.payload.requestIdentifier).not.toBe(other?.payload.requestIdentifier);
    expect(one?.parts[0]).toBe(other?.parts[0]);
  });
});

test("tamperedRequest() changes the payload and nothing else", async () => {
  await using forger = await openForger(PAYLOAD, () => 77);
  const captured = readCaptured(await forger.next());
  const tampered = readCaptured(tamperedRequest(captured, 99));
  expect(tampered.payload).toMatchObject({ productId: "a", signedDate: 99 });
  expect([tampered.parts[0], tampered.parts[2]]).toEqual([captured.parts[0], captured.parts[2]]);
});

test.each([
  ["no JSON", "x"],
  ["null", "null"],
  ["no payload", "{}"],
  ["two parts", '{"signedPayload":"a.b"}'],
  ["a payload that is no JSON", '{"signedPayload":"a.b.c"}'],
  ["a payload of something else", `{"signedPayload":"a.${btoa('{"signedDate":1}')}.c"}`],
])("readCaptured() refuses %s", (_, body) => {
  expect(() => readCaptured(body)).toThrow(
    expect.objectContaining({ code: "FIXTURE_MALFORMED" }) as Error,
  );
});

describe("openEmulatorSource()", () => {
  test("has a running local App Store sign", async () => {
    const emulator = await startEmulator({ port: 0 });
    try {
      const place = { url: emulator.url, app: "yoga", environment: "production" } as const;
      const source = await openEmulatorSource(place, signal);
      const { payload } = readCaptured(await source.next());
      expect(payload).toMatchObject({ appAppleId: 6745974592, environment: "Production" });
      await expect(openEmulatorSource({ ...place, app: "none" }, signal)).rejects.toMatchObject({
        code: "APP_UNKNOWN",
      });
    } finally {
      await emulator.close();
    }
  });

  test("says what to start when nothing answers", async () => {
    const place = { url: "http://127.0.0.1:9", app: "yoga", environment: "sandbox" } as const;
    await expect(openEmulatorSource(place, signal)).rejects.toMatchObject({
      code: "EMULATOR_UNREACHABLE",
      message: expect.stringContaining("holdfast emulator") as string,
    });
  });
});
