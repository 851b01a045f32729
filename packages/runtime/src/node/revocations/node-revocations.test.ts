import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  createSignedDataVerifier,
  createTrustStore,
  parseSignedData,
} from "@holdfast/appstore/signed-data";
import { createTestAppStore, testRealtimeRequest } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRevocationList } from "../../wire/revocation-list.ts";
import { nodeCryptography } from "../node-cryptography.ts";
import { SYSTEM_TIMES } from "../control-follower/follower-times.ts";
import { openNodeRevocations } from "./node-revocations.ts";
import type { NodeRevocations } from "./node-revocations.ts";

const DAY_MS = 86_400_000;
const key = await nodeCryptography.importHmacKey(new Uint8Array(32).fill(1));
const otherKey = await nodeCryptography.importHmacKey(new Uint8Array(32).fill(2));
const store = await createTestAppStore();
const CHAIN = chainHashes(store);
const [leaf, intermediate, root] = store.x5c;

function chainHashes({ chain }: TestAppStore) {
  return {
    leafSha256: hashOf(chain.leaf.der),
    intermediateSha256: hashOf(chain.intermediate.der),
  };
}

function hashOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}

function listOf(status: "good" | "revoked", under = key): Promise<string> {
  const { leafSha256, intermediateSha256 } = CHAIN;
  const nextUpdate = Date.now() + DAY_MS;
  const record = { leaf: leafSha256, intermediate: intermediateSha256, status, nextUpdate };
  return writeRevocationList([record], under);
}

/** A control plane that knows what a test says. */
async function startControl() {
  const control = {
    records: "",
    /** What every request is answered with in place of the truth. */
    failing: undefined as number | undefined,
    reported: [] as unknown[],
    statuses: [] as number[],
    url: "",
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server on TCP has an address with a port.
  control.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const etag = `"${control.records.length}"`;
    const isKnown = request.headers["if-none-match"] === etag;
    const isReport = request.method === "POST";
    const status = control.failing ?? (isReport ? 204 : isKnown ? 304 : 200);
    control.statuses.push(status);
    if (status === 204) control.reported.push(JSON.parse(String(Buffer.concat(chunks))));
    response.writeHead(status, { ETag: etag });
    response.end(status === 200 ? JSON.stringify({ records: control.records }) : undefined);
  }
  return control;
}

interface Opened {
  readonly revocations: NodeRevocations;
  readonly problems: unknown[];
  readonly directory: string;
  readonly clock: { aheadMs: number };
}

async function open(url?: string, into?: string): Promise<Opened> {
  const directory = into ?? (await temporaryDirectory());
  const problems: unknown[] = [];
  const clock = { aheadMs: 0 };
  const revocations = await openNodeRevocations({
    key,
    copyPath: join(directory, "revocations"),
    control: url === undefined ? undefined : { url, token: "runtime" },
    onProblem: (problem) => problems.push(problem),
    refreshMs: 10,
    times: { ...SYSTEM_TIMES, now: () => Date.now() + clock.aheadMs },
  });
  onTestFinished(() => revocations.close());
  return { revocations, problems, directory, clock };
}

/** Answers a request of the App Store's, as far as revocations go. */
async function answerRequest({ revocations }: Opened, from = store): Promise<void> {
  const signedPayload = from.sign(testRealtimeRequest());
  await createSignedDataVerifier().verify(parseSignedData(signedPayload), {
    trust: createTrustStore([from.rootDer]),
    validAt: Date.now(),
    revocations: revocations.lookup,
  });
  revocations.note(signedPayload);
}

describe("openNodeRevocations()", () => {
  test("reads what control knows, and again only what is new", async () => {
    const control = await startControl();
    control.records = await listOf("good");
    const opened = await open(control.url);
    const { revocations } = opened;
    await expect.poll(() => revocations.lookup(CHAIN)).toBe("good");
    await expect
      .poll(() => control.statuses.filter((status) => status === 304).length)
      .toBeGreaterThan(1);
    expect(control.statuses.filter((status) => status === 200)).toHaveLength(1);
    control.records = await listOf("revoked");
    await expect.poll(() => revocations.lookup(CHAIN)).toBe("revoked");
    expect(revocations.warning()).toContain("revoked");
    await expect(answerRequest(opened)).rejects.toMatchObject({ code: "CERTIFICATE_REVOKED" });
    expect(opened.problems).toEqual([]);
  });

  test("counts what verification found", async () => {
    const opened = await open();
    await answerRequest(opened);
    await answerRequest(opened);
    expect(opened.revocations.counts()).toEqual({ good: 0, revoked: 0, unknown: 2, stale: 0 });
  });

  test("reports a chain once a day, and each", async () => {
    const control = await startControl();
    const opened = await open(control.url);
    await answerRequest(opened);
    await answerRequest(opened);
    await expect.poll(() => control.reported).toEqual([{ leaf, intermediate, root }]);
    const other = await store.withNewLeaf();
    await answerRequest(opened, other);
    await expect
      .poll(() => control.reported.at(1))
      .toEqual({
        leaf: other.x5c[0],
        intermediate,
        root,
      });
    opened.clock.aheadMs = DAY_MS + 1;
    await answerRequest(opened);
    await expect.poll(() => control.reported).toHaveLength(3);
  });

  test("goes on with what it has while control fails, says so once, and reports later", async () => {
    const control = await startControl();
    control.records = await listOf("good");
    const opened = await open(control.url);
    await expect.poll(() => opened.revocations.lookup(CHAIN)).toBe("good");
    control.failing = 503;
    await answerRequest(opened);
    await expect
      .poll(() => control.statuses.filter((status) => status === 503).length)
      .toBeGreaterThan(2);
    expect(opened.problems).toMatchObject([{ code: "CONTROL_REFUSED" }]);
    expect(opened.revocations.lookup(CHAIN)).toBe("good");
    control.failing = undefined;
    await expect.poll(() => control.reported).toHaveLength(1);
  });

  test("asks nothing more of a control plane that knows nothing of revocations", async () => {
    const control = await startControl();
    control.failing = 404;
    const opened = await open(control.url);
    await answerRequest(opened);
    await expect.poll(() => control.statuses.length).toBeGreaterThan(3);
    expect(opened.problems).toEqual([]);
    expect(opened.revocations.lookup(CHAIN)).toBe("unknown");
  });

  test("knows after a restart what it knew, without control", async () => {
    const control = await startControl();
    control.records = await listOf("revoked");
    const first = await open(control.url);
    await expect.poll(() => first.revocations.lookup(CHAIN)).toBe("revoked");
    const copy = join(first.directory, "revocations");
    await expect.poll(() => readFile(copy, "utf8").catch(() => "")).toBe(control.records);
    await first.revocations.close();
    const { revocations } = await open(undefined, first.directory);
    expect(revocations.lookup(CHAIN)).toBe("revoked");
  });

  test("believes no list that was written under another secret", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "revocations"), await listOf("revoked", otherKey));
    const { revocations } = await open(undefined, directory);
    expect(revocations.lookup(CHAIN)).toBe("unknown");
    expect(revocations.warning()).toContain("another runtime secret");
  });
});
