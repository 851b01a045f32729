import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { runBinary, startBinary } from "./spawn-cli.ts";
import type { Finished, Running } from "./spawn-cli.ts";

/** Commands that help with the rest, each once, as it is really started, on the example's project. */
const YOGA = fileURLToPath(new URL("../examples/yoga", import.meta.url));
const TIMEOUT_MS = 60_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

const RETENTION = "storekit retention-messaging";
const MESSAGE = "0a0a0a0a-0000-4000-8000-000000000001";
const SANDBOX = { app: "yoga", environment: "sandbox" } as const;

let cwd = "";
let emulator: RunningEmulator;
let runtime: Running;
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-tools-"));
  await cp(YOGA, cwd, { recursive: true });
  emulator = await startEmulator({ port: 0 });
  const { keyId, issuerId, bundleId, privateKey, sandboxBaseUrl } = emulator.credentials("yoga");
  await writeFile(join(cwd, "root.pem"), emulator.rootCertificatePem);
  const app = `{ bundleId: ${bundleId}, appAppleId: 6745974592, environments: { sandbox: { trustedRoots: [root.pem] } } }`;
  await writeFile(join(cwd, "holdfast.yaml"), `apps: { yoga: ${app} }\n`);
  await json("flow publish --app yoga --environment sandbox --data .holdfast");
  runtime = await startBinary(["serve", "--role", "runtime", "--port", "0"], { cwd });
  env = {
    HOME: cwd,
    HOLDFAST_STOREKIT_KEY_ID: keyId,
    HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
    HOLDFAST_STOREKIT_PRIVATE_KEY: privateKey,
    HOLDFAST_STOREKIT_BUNDLE_ID: bundleId,
    HOLDFAST_STOREKIT_ENVIRONMENT: "sandbox",
    HOLDFAST_STOREKIT_SANDBOX_URL: sandboxBaseUrl,
  };
});

afterAll(async () => {
  await runtime.stop();
  await emulator.close();
  await rm(cwd, { recursive: true, force: true });
});

function holdfast(line: string): Promise<Finished> {
  return runBinary(line.split(" "), { cwd, env });
}

/** Runs a command with `--output json`, expects it to end well, and returns its one document. */
async function json(line: string): Promise<Readonly<Record<string, unknown>>> {
  const { code, out, err } = await holdfast(`${line} --output json`);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  // Every command's document is an object.
  return JSON.parse(out) as Readonly<Record<string, unknown>>;
}

test("holdfast completion completes in a real shell", async () => {
  const { code, out } = await holdfast("completion bash");
  expect(code).toBe(0);
  const line = "COMP_WORDS=(holdfast flow va); COMP_CWORD=2; _holdfast; echo ${COMPREPLY[@]}";
  const bash = spawnSync("bash", ["--norc", "-c", `${out}\n${line}`], { encoding: "utf8" });
  expect(bash.stdout).toBe("validate\n");
});

test("holdfast preview writes one page that shows the example's messages", async () => {
  const { html } = await json("preview");
  const page = await readFile(join(cwd, String(html)), "utf8");
  expect(page).toContain("Deine Kurse warten");
  expect(page).toContain("data:image/png;base64,");
});

test("holdfast doctor --offline looks at the flow and the key", async () => {
  expect(await json("doctor --offline")).toMatchObject({ ok: true });
});

test("holdfast doctor asks Apple, and exits 1 when it is not let in", async () => {
  emulator.faults.set([{ kind: "status", status: 401, times: 1 }]);
  const { code, out } = await holdfast("doctor");
  emulator.faults.clear();
  expect(code).toBe(1);
  expect(out).toMatch(/fail +ACCESS +APPLE_UNAUTHORIZED/);
});

describe(`holdfast ${RETENTION}`, () => {
  test("messages import uploads what a file lists, and nothing when it is run again", async () => {
    const csv =
      "name,locale,header,body\nbulk,en-US,Imported,Once.\nbulk,de-DE,Importiert,Einmal.\n";
    await writeFile(join(cwd, "messages.csv"), csv);
    const line = `${RETENTION} messages import messages.csv`;
    expect(await json(line)).toMatchObject({ uploaded: 2, skipped: 0 });
    expect(await json(line)).toMatchObject({ uploaded: 0, skipped: 2 });
  });

  test("defaults set-all and import set default messages", async () => {
    emulator.uploadMessage(SANDBOX, MESSAGE, { header: "Stay", body: "Please." });
    const all = `${RETENTION} defaults set-all --message-id ${MESSAGE} --all-from catalog.json --locales ja,ko`;
    expect(await json(all)).toMatchObject({ set: 6 });
    const csv = `product_id,locale,message_id\nyoga.yearly,fi,${MESSAGE}\n`;
    await writeFile(join(cwd, "defaults.csv"), csv);
    expect(await json(`${RETENTION} defaults import defaults.csv`)).toMatchObject({ set: 1 });
  });

  test("messages delete-all and images delete-all delete what a file lists", async () => {
    const id = "0a0a0a0a-0000-4000-8000-000000000002";
    emulator.uploadMessage(SANDBOX, id, { header: "Go", body: "Away." });
    emulator.uploadImage(SANDBOX, id, await readFile(join(cwd, "classes.png")), "FULL_SIZE");
    await writeFile(join(cwd, "ids.txt"), `${id}\n`);
    for (const noun of ["messages", "images"]) {
      const deleted = await json(`${RETENTION} ${noun} delete-all ids.txt --confirm`);
      expect(deleted).toMatchObject({ deleted: 1, failed: 0 });
    }
  });

  test("endpoint check passes our own runtime, with requests of the local App Store", async () => {
    const url = `${String(runtime.announced["url"])}/apple/retention/yoga/sandbox`;
    const options = `--emulator ${emulator.url} --requests 10 --concurrency 2`;
    const report = await json(`${RETENTION} endpoint check ${url} ${options}`);
    expect(report).toMatchObject({ verdict: "PASS", latency: { of: "answers" } });
  });

  test("endpoint check does not pass a server that refuses everything", async () => {
    const url = `${String(runtime.announced["url"])}/apple/retention/yoga/sandbox`;
    const line = `${RETENTION} endpoint check ${url} --requests 1`;
    expect(await holdfast(line)).toMatchObject({
      code: 1,
      err: expect.stringContaining("ENDPOINT_CHECK_INCOMPLETE") as unknown,
    });
    expect(await json(`${line} --refusals-only`)).toMatchObject({ verdict: "PASS" });
  });

  test("endpoint check exits 4 for a URL that answers something else", async () => {
    const { code, err } = await holdfast(
      `${RETENTION} endpoint check ${emulator.url}/healthz --requests 1 --strict`,
    );
    expect(code).toBe(4);
    expect(err).toContain("ENDPOINT_CHECK_FAILED");
  });
});
