import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExitCode } from "../../../../command.ts";
import {
  acceptChainOf,
  acceptSignedBy,
  answeringEndpoint,
} from "../../../../endpoint-check/testing/answering-endpoint.ts";
import { startTlsServer } from "../../../../endpoint-check/testing/tls-server.ts";
import { createFakeIo } from "../../../../testing/fake-io.ts";
import type { FakeIo } from "../../../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../../../testing/run.ts";

const CHECK = "storekit retention-messaging endpoint check";
const FEW = "--requests 3 --concurrency 2";

let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});
afterAll(() => emulator.close());

interface Checked {
  readonly code: ExitCode;
  readonly json: Readonly<Record<string, unknown>>;
  /** Statuses by code. */
  readonly statuses: Readonly<Record<string, string>>;
}

async function check(io: FakeIo, url: string, options: string): Promise<Checked> {
  const { code, json } = await runJson(io, `${CHECK} ${url} ${FEW} ${options}`);
  // The document lists findings.
  const findings = json["findings"] as readonly { code: string; status: string }[];
  return {
    code,
    json,
    statuses: Object.fromEntries(findings.map((finding) => [finding.code, finding.status])),
  };
}

async function withServer<T>(
  listener: RequestListener,
  act: (url: string, io: FakeIo) => Promise<T>,
): Promise<T> {
  await using io = await createFakeIo({ now: () => Date.now() });
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  try {
    return await act(`http://127.0.0.1:${port}/retention`, io);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const authentic = (now = () => Date.now()) => acceptSignedBy(emulator.rootCertificatePem, now);

/** Writes a request the local App Store signed some minutes ago. */
async function writeFixture(io: FakeIo, minutesAgo: number): Promise<void> {
  const body = await emulator.signPayload({
    originalTransactionId: "2000000100000001",
    appAppleId: 6745974592,
    productId: "yoga.monthly",
    userLocale: "en-US",
    requestIdentifier: crypto.randomUUID(),
    environment: "Sandbox",
    signedDate: Date.now() - minutesAgo * 60_000,
  });
  await writeFile(join(io.cwd, "request.json"), JSON.stringify(body));
}

describe("holdfast storekit retention-messaging endpoint check", () => {
  test("passes an endpoint that answers authentic requests and refuses the others", async () => {
    await withServer(answeringEndpoint(authentic()), async (url, io) => {
      const { code, json, statuses } = await check(io, url, `--emulator ${emulator.url}`);
      expect(statuses).toEqual({
        URL: "warn",
        MALFORMED_REFUSED: "ok",
        FORGED_REFUSED: "ok",
        TAMPERED_REFUSED: "ok",
        NO_ANSWER: "ok",
        STATUS: "ok",
        BODY: "ok",
        CONTENT_TYPE: "ok",
        SIZE: "ok",
        MESSAGES: "ok",
        LATENCY: "ok",
        KEEP_ALIVE: "ok",
      });
      expect([code, json["verdict"]]).toEqual([0, "PASS"]);
      expect(json["latency"]).toMatchObject({
        of: "answers",
        newConnections: { requests: 3 },
        keptConnections: { requests: 3 },
      });
    });
  });

  test("warns of an endpoint whose messages the local App Store has not approved", async () => {
    const messageIdentifier = "3db5c98d-8acf-4e29-831e-8e1f82f9f6e9";
    const body = JSON.stringify({ message: { messageIdentifier } });
    await withServer(answeringEndpoint(authentic(), { body }), async (url, io) => {
      const { code, statuses } = await check(io, url, `--emulator ${emulator.url}`);
      expect([code, statuses["MESSAGES"], statuses["BODY"]]).toEqual([0, "warn", "ok"]);
    });
  });

  test("calls an endpoint dangerous that answers a forged request", async () => {
    await withServer(
      answeringEndpoint(() => true),
      async (url, io) => {
        const { code, json, statuses } = await check(io, url, "--app-apple-id 6745974592");
        expect([code, json["verdict"]]).toEqual([4, "FAIL"]);
        expect(statuses).toMatchObject({ MALFORMED_REFUSED: "fail", FORGED_REFUSED: "fail" });
        expect(JSON.stringify(json["findings"])).toContain("DANGEROUS");
        expect(errorOf(io)).toMatchObject({ code: "ENDPOINT_CHECK_FAILED" });
      },
    );
  });

  test("calls an endpoint dangerous that looks at certificates only", async () => {
    const careless = acceptChainOf(emulator.rootCertificatePem);
    await withServer(answeringEndpoint(careless), async (url, io) => {
      const { code, statuses } = await check(io, url, `--emulator ${emulator.url}`);
      expect(code).toBe(4);
      expect(statuses).toMatchObject({ FORGED_REFUSED: "ok", TAMPERED_REFUSED: "fail" });
    });
  });

  test.each([
    ["redirects", { status: 302, headers: { location: "https://example.com" } }, "STATUS"],
    ["answers nothing Apple knows", { body: '{"offer":{}}' }, "BODY"],
    [
      "answers in another charset",
      { headers: { "content-type": "application/json; charset=latin1" } },
      "CONTENT_TYPE",
    ],
  ])("fails an endpoint that %s", async (_, sent, broken) => {
    await withServer(answeringEndpoint(authentic(), sent), async (url, io) => {
      const { code, statuses } = await check(io, url, `--emulator ${emulator.url}`);
      expect([code, statuses[broken]]).toEqual([4, "fail"]);
    });
  });

  test("expects a captured request to be refused as stale, and changed as tampered with", async () => {
    await withServer(answeringEndpoint(authentic()), async (url, io) => {
      await writeFixture(io, 10);
      const { code, statuses, json } = await check(
        io,
        url,
        "--fixture request.json --refusals-only",
      );
      expect([code, json["verdict"]]).toEqual([0, "PASS"]);
      expect(statuses).toMatchObject({
        FORGED_REFUSED: "ok",
        TAMPERED_REFUSED: "ok",
        STALE_REFUSED: "ok",
        ANSWERS: "skipped",
      });
      expect(json["latency"]).toMatchObject({ of: "refusals" });
    });
  });

  test("warns of an endpoint that answers a stale request, and fails it under --strict", async () => {
    await withServer(
      answeringEndpoint(authentic(() => Date.now() - 10 * 60_000)),
      async (url, io) => {
        await writeFixture(io, 10);
        const warned = await check(io, url, "--fixture request.json --refusals-only");
        expect([warned.code, warned.statuses["STALE_REFUSED"]]).toEqual([0, "warn"]);
        const strict = await check(io, url, "--fixture request.json --strict");
        expect([strict.code, strict.json["verdict"], strict.statuses["STALE_REFUSED"]]).toEqual([
          4,
          "FAIL",
          "fail",
        ]);
      },
    );
  });

  test("takes a request captured just now for one that comes now", async () => {
    await withServer(answeringEndpoint(authentic()), async (url, io) => {
      await writeFixture(io, 1);
      const { statuses, json } = await check(io, url, "--fixture request.json");
      expect(statuses).toMatchObject({ STATUS: "ok", BODY: "ok" });
      expect(statuses["STALE_REFUSED"]).toBeUndefined();
      expect(json["latency"]).toMatchObject({ of: "answers" });
    });
  });

  test("does not pass an endpoint that refuses everybody, unless refusals are all that is wanted", async () => {
    await withServer(
      answeringEndpoint(() => false),
      async (url, io) => {
        const { code, json, statuses } = await check(io, url, "--junit endpoint.xml");
        expect([code, json["verdict"], statuses["ANSWERS"]]).toEqual([1, "INCOMPLETE", "skipped"]);
        expect(errorOf(io)).toMatchObject({
          code: "ENDPOINT_CHECK_INCOMPLETE",
          advice: expect.stringContaining("--refusals-only") as unknown,
        });
        const junit = await readFile(join(io.cwd, "endpoint.xml"), "utf8");
        expect(junit).toContain('<failure message="expected PASS, got INCOMPLETE"');
        const refusals = await check(io, url, "--refusals-only");
        expect([refusals.code, refusals.json["verdict"]]).toEqual([0, "PASS"]);
      },
    );
  });

  test("fails an endpoint that is down behind its proxy, and answers 503 to everything", async () => {
    await withServer(
      answeringEndpoint(() => true, { status: 503 }),
      async (url, io) => {
        const { code, statuses } = await check(io, url, "--refusals-only");
        expect(code).toBe(4);
        expect(statuses).toMatchObject({ MALFORMED_REFUSED: "fail", FORGED_REFUSED: "fail" });
      },
    );
  });

  test("writes JUnit XML and Markdown, and never what was posted", async () => {
    await withServer(
      answeringEndpoint(() => true),
      async (url, io) => {
        await writeFixture(io, 10);
        const line = `${CHECK} ${url} ${FEW} --fixture request.json --junit endpoint.xml --output markdown`;
        expect(await run(io, line)).toBe(4);
        const junit = await readFile(join(io.cwd, "endpoint.xml"), "utf8");
        expect(junit).toContain('name="FORGED_REFUSED"');
        expect(junit).toMatch(/<failure message="DANGEROUS/);
        expect(io.out()).toContain(`**FAIL** ${url}`);
        for (const text of [junit, io.out(), io.err()]) {
          expect(text).not.toMatch(/eyJ|2000000100000001/);
        }
      },
    );
  });

  test("looks at TLS with the authority it is given", async () => {
    await using io = await createFakeIo({ now: () => Date.now() });
    await using server = await startTlsServer({ listener: answeringEndpoint(authentic()) });
    await writeFile(join(io.cwd, "ca.pem"), server.ca);
    const options = `--emulator ${emulator.url} --ca ca.pem`;
    const { code, statuses, json } = await check(io, server.url, options);
    expect([code, json["verdict"]]).toEqual([0, "PASS"]);
    expect(statuses).toMatchObject({ TLS_CERTIFICATE: "ok", TLS_EXPIRY: "ok", TLS_PROTOCOL: "ok" });
    expect(json["tls"]).toMatchObject({
      protocol: "TLSv1.3",
      chain: ["Test Endpoint", "Test Authority"],
    });
  });

  test("sends nothing to an endpoint whose certificate is not trusted", async () => {
    await using io = await createFakeIo({ now: () => Date.now() });
    let requests = 0;
    const listener: RequestListener = (_, response) => {
      requests += 1;
      response.end();
    };
    await using server = await startTlsServer({ listener });
    const { code, statuses } = await check(io, server.url, "");
    expect([code, statuses["TLS_CERTIFICATE"], statuses["REQUESTS"]]).toEqual([
      4,
      "fail",
      "skipped",
    ]);
    expect(requests).toBe(0);
  });

  test.each(["http://127.0.0.1:9/", "https://127.0.0.1:9/"])(
    "exits 1 when there is no connection to %s",
    async (url) => {
      await using io = await createFakeIo();
      expect(await run(io, `${CHECK} ${url} --output json`)).toBe(1);
      expect(errorOf(io)).toMatchObject({ code: "ENDPOINT_UNREACHABLE" });
    },
  );

  test.each([
    ["ftp://example.com/", "OPTION_INVALID"],
    ["https://user:hunter2@example.com/", "OPTION_INVALID"],
    ["https://example.com/ --requests 0", "OPTION_INVALID"],
    ["https://example.com/ --concurrency 11", "OPTION_INVALID"],
    ["https://example.com/ --emulator http://127.0.0.1:1 --fixture f", "OPTION_INVALID"],
    ["https://example.com/ --emulator http://127.0.0.1:1 --refusals-only", "OPTION_INVALID"],
    ["https://example.com/ --emulator http://example.com", "BASE_URL_INVALID"],
    ["https://example.com/ --fixture missing.json", "FILE_UNREADABLE"],
    ["https://example.com/ --ca empty.pem", "CA_INVALID"],
    ["https://example.com/ --ca broken.pem", "CA_INVALID"],
  ])("refuses %s before anything is sent", async (line, code) => {
    await using io = await createFakeIo();
    const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    await writeFiles(io, { "empty.pem": "", "broken.pem": broken });
    expect(await run(io, `${CHECK} ${line} --output json`)).toBe(2);
    expect(errorOf(io)).toMatchObject({ code });
    expect(io.err()).not.toContain("hunter2");
  });
});
