import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openYogaStore, YOGA_SANDBOX } from "../bulk/testing/yoga-store.ts";
import type { YogaStore } from "../bulk/testing/yoga-store.ts";
import type { ExitCode } from "../command.ts";
import { answeringEndpoint } from "../endpoint-check/testing/answering-endpoint.ts";
import { startTlsServer } from "../endpoint-check/testing/tls-server.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { copyYoga, run, runJson, writeFiles } from "../testing/run.ts";

interface Examined {
  readonly code: ExitCode;
  readonly ok: unknown;
  readonly statuses: Readonly<Record<string, string>>;
  readonly said: Readonly<Record<string, string>>;
}

async function examine(io: FakeIo, options = ""): Promise<Examined> {
  const { code, json } = await runJson(io, `doctor ${options}`);
  // The document lists findings.
  const findings = json["findings"] as readonly {
    readonly code: string;
    readonly status: string;
    readonly message: string;
    readonly advice?: string;
  }[];
  return {
    code,
    ok: json["ok"],
    statuses: Object.fromEntries(findings.map((finding) => [finding.code, finding.status])),
    said: Object.fromEntries(
      findings.map(({ code: name, message, advice = "" }) => [name, `${message}; ${advice}`]),
    ),
  };
}

/** A flow without defaults for all locales, so that a test can set them all. */
const FLOW = `version: 1
app: com.example.yoga
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please. } } }
rules: []
fallback: { message: stay }
defaults:
  - { message: stay, products: [yoga.monthly, yoga.yearly], locales: [en-US, de-DE] }
`;

async function openWithFlow(): Promise<YogaStore> {
  const store = await openYogaStore();
  await writeFiles(store.io, { "flow.yaml": FLOW });
  return store;
}

/** Copies a store's io with other variables. */
function ioWith(io: FakeIo, env: Readonly<Record<string, string | undefined>>): Promise<FakeIo> {
  return createFakeIo({ env: { ...io.env, ...env }, cwd: io.cwd, now: () => Date.now() });
}

describe("holdfast doctor", () => {
  test("finds everything in order once a flow is applied", async () => {
    await using store = await openWithFlow();
    await using server = await startTlsServer({ listener: answeringEndpoint(() => false) });
    await writeFile(join(store.io.cwd, "ca.pem"), server.ca);
    expect(await run(store.io, "apply --environment sandbox")).toBe(0);
    store.emulator.configureRealtimeUrl(YOGA_SANDBOX, server.url);
    const { code, ok, statuses, said } = await examine(store.io, "--ca ca.pem");
    expect(statuses).toEqual({
      FLOW: "ok",
      CREDENTIALS: "ok",
      KEY: "ok",
      APP: "ok",
      CLOCK: "ok",
      ACCESS: "ok",
      MESSAGES: "ok",
      URL: "ok",
      URL_HEALTH: "ok",
      PERFORMANCE_TEST: "skipped",
      DEFAULTS: "ok",
    });
    expect([code, ok]).toEqual([0, true]);
    expect(said["DEFAULTS"]).toContain(
      "4 as the flow wants, 0 of another message, 0 missing (by the state file)",
    );
  });

  test("changes nothing at Apple", async () => {
    await using store = await openWithFlow();
    await examine(store.io);
    const asked = store.emulator.requestLog.list().map(({ operation }) => operation);
    expect([...new Set(asked)]).toEqual(["getMessageList", "getRealtimeURL", "getDefaultMessage"]);
  });

  test("says what is missing before anything is applied", async () => {
    await using store = await openWithFlow();
    const { code, statuses, said } = await examine(store.io);
    expect(code).toBe(0);
    expect(statuses).toMatchObject({
      MESSAGES: "warn",
      URL: "warn",
      URL_HEALTH: "skipped",
      DEFAULTS: "warn",
    });
    expect(said["MESSAGES"]).toMatch(/1 are not uploaded; .*holdfast apply/);
    expect(said["DEFAULTS"]).toContain("4 missing (4 of 4 asked for)");
  });

  test("fails for default messages that are missing in production", async () => {
    await using store = await openWithFlow();
    const { code, statuses } = await examine(store.io, "--environment production --sample 1");
    expect([code, statuses["DEFAULTS"]]).toEqual([1, "fail"]);
  });

  test("takes a product that Apple no longer knows for one without a default message", async () => {
    await using store = await openWithFlow();
    store.emulator.faults.set([
      { kind: "error", operation: "getDefaultMessage", errorCode: 4000023, times: 1 },
    ]);
    const { statuses, said } = await examine(store.io);
    expect(statuses["DEFAULTS"]).toBe("warn");
    expect(said["DEFAULTS"]).toContain("4 missing");
  });

  test("asks for no more default messages than the sample", async () => {
    await using store = await openYogaStore();
    await copyYoga(store.io);
    const { said } = await examine(store.io, "--environment production --sample 7");
    expect(said["DEFAULTS"]).toContain("7 of 150 asked for");
    const log = store.emulator.requestLog.list();
    expect(log.filter(({ operation }) => operation === "getDefaultMessage")).toHaveLength(7);
  });

  test("says that Apple asks another URL than the flow says, and that nothing answers there", async () => {
    await using store = await openWithFlow();
    await writeFiles(store.io, { "flow.yaml": `${FLOW}realtimeUrl: https://example.com/r\n` });
    store.emulator.configureRealtimeUrl(YOGA_SANDBOX, "https://127.0.0.1:9/r");
    const { code, statuses, said } = await examine(store.io);
    expect([code, statuses["URL"], statuses["URL_HEALTH"]]).toEqual([1, "warn", "fail"]);
    expect(said["URL_HEALTH"]).toContain("ECONNREFUSED");
  });

  test("knows that a URL in production takes a performance test that passed", async () => {
    await using store = await openWithFlow();
    store.emulator.grantPerformanceTestPass("yoga");
    const production = { app: "yoga", environment: "production" } as const;
    store.emulator.configureRealtimeUrl(production, "https://127.0.0.1:9/r");
    const { statuses } = await examine(store.io, "--environment production");
    expect(statuses["PERFORMANCE_TEST"]).toBe("ok");
  });

  test.each([
    [401, "APPLE_UNAUTHORIZED", /In-App Purchase key/],
    [404, "APPLE_NO_ACCESS", /access/],
  ])("gives advice when Apple answers %i", async (status, code, advice) => {
    await using store = await openWithFlow();
    store.emulator.faults.set([{ kind: "status", status, operation: "getMessageList" }]);
    const examined = await examine(store.io);
    expect([examined.code, examined.statuses["ACCESS"]]).toEqual([1, "fail"]);
    expect(examined.said["ACCESS"]).toContain(code);
    expect(examined.said["ACCESS"]).toMatch(advice);
    expect(examined.statuses["URL"]).toBeUndefined();
  });

  test("refuses credentials of another app than the flow's", async () => {
    await using store = await openWithFlow();
    await using io = await ioWith(store.io, { HOLDFAST_STOREKIT_BUNDLE_ID: "com.example.run" });
    const { code, statuses, said } = await examine(io);
    expect([code, statuses["APP"], statuses["ACCESS"]]).toEqual([1, "fail", "skipped"]);
    expect(said["APP"]).toContain("BUNDLE_ID_MISMATCH");
  });

  test("tells that the flow is invalid and goes on with the rest", async () => {
    await using store = await openWithFlow();
    await writeFiles(store.io, { "flow.yaml": FLOW.replace("fallback: { message: stay }", "") });
    const { code, statuses } = await examine(store.io);
    expect([code, statuses["FLOW"], statuses["ACCESS"]]).toEqual([1, "fail", "ok"]);
  });

  test("tells that the flow's products are not known", async () => {
    await using store = await openWithFlow();
    const flow = FLOW.replace("[yoga.monthly, yoga.yearly]", "all");
    await writeFiles(store.io, { "flow.yaml": flow });
    const { code, said } = await examine(store.io);
    expect([code, said["CONTENT"]]).toEqual([1, expect.stringContaining("CATALOG_MISSING")]);
  });
});

describe("holdfast doctor --offline", () => {
  test("looks at flow and key, and asks nobody", async () => {
    await using store = await openWithFlow();
    await store.emulator.close();
    const { code, statuses } = await examine(store.io, "--offline");
    expect(code).toBe(0);
    expect(statuses).toEqual({
      FLOW: "ok",
      CREDENTIALS: "ok",
      KEY: "ok",
      APP: "ok",
      NETWORK: "skipped",
    });
  });

  test("says how to store a key when there is none", async () => {
    await using io = await createFakeIo();
    const { code, statuses, said } = await examine(io, "--offline");
    expect([code, statuses["FLOW"], statuses["CREDENTIALS"]]).toEqual([1, "skipped", "fail"]);
    expect(said["CREDENTIALS"]).toContain("auth login");
  });

  test("tells a key of the wrong curve, and shows nothing of it", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" });
    await using store = await openWithFlow();
    await using io = await ioWith(store.io, { HOLDFAST_STOREKIT_PRIVATE_KEY: pem });
    const { code, statuses } = await examine(io, "--offline");
    expect([code, statuses["KEY"]]).toEqual([1, "fail"]);
    const body = pem.replaceAll(/-----[^-]+-----|\s/g, "");
    expect(io.out() + io.err()).not.toContain(body.slice(0, 20));
  });

  test("shows people the same, with what to do", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "doctor --offline")).toBe(1);
    expect(io.out()).toMatch(/^skipped {2}FLOW/);
    expect(io.out()).toContain("hint CREDENTIALS: store a key");
  });
});

describe("holdfast doctor's clock", () => {
  test.each([
    [-4000, "ok"],
    [30_000, "warn"],
    [-30_000, "warn"],
    [120_000, "fail"],
  ])("that is %i ms ahead is %s", async (aheadMs, status) => {
    await using store = await openWithFlow();
    await using io = await createFakeIo({
      env: store.io.env,
      cwd: store.io.cwd,
      now: () => Date.now() + aheadMs,
    });
    const { statuses } = await examine(io);
    expect(statuses["CLOCK"]).toBe(status);
  });

  test("cannot be compared where nothing answers, or no time is told", async () => {
    await using store = await openWithFlow();
    const silent = createServer((_, response) => {
      response.sendDate = false;
      response.end("{}");
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    // A server that listens on a port has an address of this shape.
    const { port } = silent.address() as AddressInfo;
    for (const [base, status] of [
      [`http://127.0.0.1:${port}`, "warn"],
      ["http://127.0.0.1:9", "fail"],
    ]) {
      await using io = await ioWith(store.io, { HOLDFAST_STOREKIT_SANDBOX_URL: base });
      expect((await examine(io)).statuses["CLOCK"]).toBe(status);
    }
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});
