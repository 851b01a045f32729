import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runBinary, startBinary } from "./spawn-cli.ts";
import type { Finished, Running } from "./spawn-cli.ts";

/** Each command once, as it is really started, in one project with one local App Store. */
const YOGA = fileURLToPath(new URL("../examples/yoga", import.meta.url));
const TIMEOUT_MS = 30_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

let cwd = "";
let emulator: Running;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-e2e-"));
  await cp(YOGA, cwd, { recursive: true });
  emulator = await startBinary(["emulator", "--port", "0", "--data", "store"], { cwd });
});

afterAll(async () => {
  await emulator.stop();
  await rm(cwd, { recursive: true, force: true });
});

function holdfast(line: string, stdin?: string): Promise<Finished> {
  return runBinary(line.split(" "), { cwd, ...(stdin === undefined ? {} : { stdin }) });
}

/** Runs a command with `--output json`, expects it to end well, and returns its one document. */
async function json(line: string, stdin?: string): Promise<Readonly<Record<string, unknown>>> {
  const { code, out, err } = await holdfast(`${line} --output json`, stdin);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as Readonly<Record<string, unknown>>;
}

/** What the local App Store would post about its first subscriber. */
async function signedRequest(): Promise<string> {
  const { originalTransactionId } = await json(`emulator credentials --port ${emulatorPort()}`);
  const response = await fetch(
    `http://127.0.0.1:${emulatorPort()}/emulator/apps/yoga/sandbox/signed-requests`,
    { method: "POST", body: JSON.stringify({ originalTransactionId }) },
  );
  expect(response.status).toBe(200);
  return response.text();
}

function emulatorPort(): string {
  return new URL(String(emulator.announced["url"])).port;
}

test("holdfast init writes a project", async () => {
  expect((await json("init new"))["directory"]).toBe("new");
  expect((await json("flow test new/flow.yaml"))["failed"]).toBe(0);
});

test("holdfast flow validate accepts the example and exits 2 for what is no flow", async () => {
  expect((await json("flow validate"))["valid"]).toBe(true);
  expect((await holdfast("flow validate catalog.json")).code).toBe(2);
});

test("holdfast flow test passes the example's cases and writes JUnit XML", async () => {
  expect((await json("flow test --junit results.xml"))["failed"]).toBe(0);
  expect(await readFile(join(cwd, "results.xml"), "utf8")).toContain("<testsuites>");
});

test("holdfast flow explain reads the flow from standard input", async () => {
  const flow = await readFile(join(cwd, "flow.yaml"), "utf8");
  const { code, out } = await holdfast("flow explain -", flow);
  expect(code).toBe(0);
  expect(out).toContain("let_apple");
});

test("holdfast flow compile writes a snapshot, and simulate answers from it", async () => {
  const { hash } = await json("flow compile --environment production --out a.snapshot.json");
  const simulated = await json("simulate --snapshot a.snapshot.json --product yoga.family");
  expect(simulated).toMatchObject({ snapshot: { hash }, response: { status: 503 } });
});

test("holdfast flow schema writes the schema", async () => {
  expect(JSON.parse((await holdfast("flow schema")).out)).toMatchObject({ title: "Holdfast flow" });
});

test("holdfast jws decode and verify know what the local App Store signs", async () => {
  const request = await signedRequest();
  const decoded = await json("jws decode -", request);
  const { payload } = decoded;
  const verify = "jws verify --environment sandbox --app-apple-id 6745974592";
  const root = String(emulator.announced["rootCertificate"]);
  expect(await json(`${verify} --trusted-root ${root} -`, request)).toMatchObject({ payload });
  const refused = await holdfast(`${verify} -`, request);
  expect(refused.code).toBe(1);
  expect(refused.out).toContain("ROOT_UNTRUSTED");
});

test("holdfast offers sign signs an offer", async () => {
  const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
  await writeFile(join(cwd, "key.p8"), privateKey);
  const { signature } = await json(
    `offers sign --key-id ${keyId} --issuer-id ${issuerId} --private-key key.p8 --bundle-id com.example.yoga --product-id yoga.yearly --offer-id Y3 --transaction-id 20`,
  );
  expect(signature).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test("holdfast serve answers as simulate said, from what flow publish put live", async () => {
  const root = String(emulator.announced["rootCertificate"]);
  const environments = `{ sandbox: { trustedRoots: [${root}] } }`;
  const app = `{ bundleId: com.example.yoga, appAppleId: 6745974592, environments: ${environments} }`;
  await writeFile(join(cwd, "holdfast.yaml"), `apps: { yoga: ${app} }\n`);
  const published = await json("flow publish --app yoga --environment sandbox --data .holdfast");
  const request = await signedRequest();
  const simulated = await json(`simulate --request - --trusted-root ${root}`, request);
  expect(simulated).toMatchObject({ snapshot: { hash: published["hash"] } });
  const server = await startBinary(["serve", "--role", "runtime", "--port", "0"], { cwd });
  const url = String(server.announced["url"]);
  const answer = await fetch(`${url}/apple/retention/yoga/sandbox`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: request,
  });
  expect({ status: answer.status, body: await answer.json() }).toEqual(simulated["response"]);
  expect(await server.stop()).toMatchObject({ code: 0 });
});

test("holdfast emulator reject, approve and faults steer the running local App Store", async () => {
  const id = "0a0a0a0a-0000-4000-8000-0000000000ee";
  const url = `http://127.0.0.1:${emulatorPort()}/emulator/apps/yoga/production/messages/${id}`;
  const body = JSON.stringify({ header: "Stay", body: "Please." });
  expect((await fetch(url, { method: "PUT", body })).ok).toBe(true);
  const port = `--port ${emulatorPort()}`;
  const reviewed = (state: string) => ({ reviewed: [{ kind: "message", identifier: id, state }] });
  expect(await json(`emulator reject ${id} ${port}`)).toEqual(reviewed("REJECTED"));
  expect(await json(`emulator approve ${id} ${port}`)).toEqual(reviewed("APPROVED"));
  const fault = { kind: "drop", operation: "uploadMessage", when: "afterEffect", times: 1 };
  const line = `emulator faults - ${port}`;
  expect(await json(line, JSON.stringify({ faults: [fault] }))).toMatchObject({ faults: [fault] });
  expect(await json(`emulator faults --clear ${port}`)).toEqual({ faults: [] });
});

test("holdfast emulator exits 2 when its port is taken", async () => {
  const { code, err } = await holdfast(`emulator --port ${emulatorPort()} --data other`);
  expect(code).toBe(2);
  expect(err).toContain("PORT_TAKEN");
});

test("holdfast tells its version, and helps", async () => {
  expect((await holdfast("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await holdfast("--help")).out).toContain("flow validate");
});
