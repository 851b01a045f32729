import { execFile } from "node:child_process";
import { readdir, readFile, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, withRunning } from "../testing/run.ts";

const execute = promisify(execFile);

const LINE = "emulator --port 0 --data store";

test("emulator announces its address, root certificate and apps, and runs until interrupted", async () => {
  await using io = await createFakeIo();
  await withRunning(io, LINE, async ({ url, rootCertificate, apps }) => {
    expect((await fetch(`${String(url)}/healthz`)).status).toBe(200);
    expect(apps).toContainEqual({
      id: "yoga",
      bundleId: "com.example.yoga",
      appAppleId: 6_745_974_592,
    });
    const pem = await readFile(join(io.cwd, String(rootCertificate)), "utf8");
    expect(await (await fetch(`${String(url)}/emulator/root-certificate`)).text()).toBe(pem);
  });
});

test("emulator keeps nothing behind a link that a repository has in the place of its directory", async () => {
  await using victim = await createFakeIo();
  await using io = await createFakeIo();
  await symlink(victim.cwd, join(io.cwd, ".holdfast"));
  expect(await run(io, "emulator --port 0")).toBe(2);
  expect(io.err()).toContain("a link leads out of ");
  expect(await readdir(victim.cwd)).toEqual([]);
});

test("emulator credentials shows what a client needs, and never a key", async () => {
  await using io = await createFakeIo();
  await withRunning(io, LINE, async ({ url }) => {
    const { port } = new URL(String(url));
    await using client = await createFakeIo({ env: { HOLDFAST_EMULATOR_PORT: port } });
    expect(await run(client, "emulator credentials --app yoga")).toBe(0);
    expect(client.out()).toMatch(/bundleId +com\.example\.yoga/);
    expect(client.out()).not.toContain("BEGIN PRIVATE KEY");
    await using machine = await createFakeIo();
    expect(await run(machine, `emulator credentials --port ${port} --output json`)).toBe(0);
    expect(machine.out()).not.toContain("PRIVATE KEY");
    await using other = await createFakeIo();
    expect(await run(other, `emulator credentials --port ${port} --app none`)).toBe(2);
    expect(other.err()).toContain("APP_UNKNOWN");
  });
});

test("emulator credentials --output shell points a shell at it, with the key's path alone", async () => {
  await using io = await createFakeIo();
  await withRunning(io, "emulator --port 0 --data it's", async ({ url }) => {
    const { port } = new URL(String(url));
    await using client = await createFakeIo();
    expect(await run(client, `emulator credentials --port ${port} --output shell`)).toBe(0);
    expect(client.out()).not.toContain("BEGIN");
    const { stdout } = await execute("sh", ["-c", `${client.out()}env`]);
    const lines = stdout.split("\n").filter((line) => line.startsWith("HOLDFAST_"));
    const env = Object.fromEntries(
      lines.map((line): [string, string] => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
    expect(env).toMatchObject({
      HOLDFAST_STOREKIT_SANDBOX_URL: `${String(url)}/sandbox`,
      HOLDFAST_STOREKIT_PRIVATE_KEY_PATH: expect.stringContaining(join(io.cwd, "it's")) as unknown,
      HOLDFAST_CONNECT_URL: `${String(url)}/connect`,
      HOLDFAST_CONNECT_KEY_ID: expect.stringMatching(/^\w+$/) as unknown,
      HOLDFAST_CONNECT_ISSUER_ID: expect.stringMatching(/^[\w-]+$/) as unknown,
      HOLDFAST_CONNECT_PRIVATE_KEY_PATH: expect.stringContaining(join(io.cwd, "it's")) as unknown,
    });
    await using shell = await createFakeIo({ env, now: () => Date.now() });
    const list = "storekit retention-messaging messages list --environment sandbox";
    expect([await run(shell, list), shell.err()]).toEqual([0, ""]);
  });
});

test("emulator --flow sells what the flow's catalog names", async () => {
  await using io = await createFakeIo();
  await run(io, "init .");
  await using server = await createFakeIo({ cwd: io.cwd });
  await withRunning(server, `${LINE} --flow flow.yaml`, async ({ url, apps, rootCertificate }) => {
    expect(apps).toEqual([{ id: "app", bundleId: "com.example.app", appAppleId: 1_234_567_890 }]);
    expect(rootCertificate).toBe("store/apps/app/app-store-root.pem");
    const { port } = new URL(String(url));
    await using client = await createFakeIo();
    const { json } = await runJson(client, `emulator credentials --app app --port ${port}`);
    expect(json["productId"]).toMatch(/^app\.(?:monthly|yearly)$/);
  });
});

test.each(["emulator --port 0 --data flow.yaml/x", "serve --port 0 --data flow.yaml/x"])(
  "%s names the directory it cannot write",
  async (line) => {
    await using io = await createFakeIo();
    await run(io, "init .");
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain("DATA_DIRECTORY_UNUSABLE");
    expect(io.err()).toContain("--data flow.yaml/x");
  },
);

test("emulator obeys its options, and credentials lead to its API", async () => {
  await using io = await createFakeIo();
  const options =
    "--rate-limits --review-delay 0 --answer-timeout 50 --performance-test-duration 0";
  await withRunning(io, `${LINE} ${options}`, async ({ url }) => {
    const { port } = new URL(String(url));
    await using client = await createFakeIo({ env: { HOLDFAST_EMULATOR_PORT: port } });
    const { json } = await runJson(client, "emulator credentials --app seed");
    expect(json).toMatchObject({
      keyId: "MXT7J9D2",
      issuerId: "57246542-96fe-1a63-e053-0824d011072a",
      bundleId: "com.example.app",
      appAppleId: 6_745_974_591,
      privateKeyPath: join(io.cwd, "store/keys/seed/SubscriptionKey_MXT7J9D2.p8"),
      sandboxBaseUrl: `${String(url)}/sandbox`,
      productionBaseUrl: `${String(url)}/production`,
      originalTransactionId: "2000000000000000",
      productId: "com.example.monthly",
    });
    expect(await readFile(String(json["privateKeyPath"]), "utf8")).toContain("PRIVATE KEY");
    const refused = await fetch(
      `${String(json["sandboxBaseUrl"])}/inApps/v1/messaging/message/list`,
    );
    expect(refused.status).toBe(401);
    const place = `${String(url)}/emulator/apps/seed/production/messages`;
    const body = JSON.stringify({ header: "h", body: "b" });
    await fetch(`${place}/00000000-0000-4000-8000-0000000000aa`, { method: "PUT", body });
    expect(await (await fetch(place)).text()).not.toContain("PENDING");
  });
});

test("emulator refuses a port that is taken", async () => {
  await using io = await createFakeIo();
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  expect(await run(io, `emulator --port ${port} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe("PORT_TAKEN");
  expect(errorOf(io)["message"]).toContain(String(port));
  await new Promise((resolve) => server.close(resolve));
});

test("emulator refuses a rule that is none", async () => {
  await using io = await createFakeIo();
  expect(await run(io, "emulator --port 0 --resolve there=here")).toBe(2);
  expect(io.err()).toContain("OPTIONS_INVALID: expected a rule like https://");
});

test("emulator credentials tells when nothing answers", async () => {
  await using io = await createFakeIo();
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await run(io, `emulator credentials --port ${port} --output json`)).toBe(1);
  expect(errorOf(io)["code"]).toBe("EMULATOR_UNREACHABLE");
});
