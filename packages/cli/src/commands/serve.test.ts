import { createApiClient } from "@holdfast/api/client";
import { routes } from "@holdfast/api";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, withRunning, writeFiles } from "../testing/run.ts";

const LINE = "serve --port 0";
const RUNTIME = `${LINE} --role runtime`;

const CONFIG =
  "apps: { app: { bundleId: com.example.app, appAppleId: 1234567890, environments: { sandbox: {} } } }";

async function statusOf(base: unknown, path: string): Promise<number> {
  const response = await fetch(`${String(base)}${path}`);
  await response.text();
  return response.status;
}

test("serve runs a control plane, shows how to make the first admin, and ends well", async () => {
  await using io = await createFakeIo();
  await withRunning(io, LINE, async ({ url, adminUrl, warnings }) => {
    expect([adminUrl, warnings]).toEqual([url, []]);
    const health = await fetch(`${String(url)}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ ok: true, runtime: "node" });

    const [, code = ""] = /holdfast setup '\S+#(?<code>\S+)'/.exec(io.err()) ?? [];
    const client = createApiClient({ baseUrl: String(url) });
    const admin = { email: "kim@example.com", name: "Kim", password: "a long enough password" };
    await client.call(routes.createFirstAdmin, { body: { code, ...admin } });
    expect((await client.call(routes.readSetup)).body).toEqual({ isDone: true });
    // The link opens the door to everything: it is for whoever started it, and not for a log.
    const lines = io.err().split("\n");
    expect(lines.filter((line) => line.startsWith("{") && line.includes(code))).toEqual([]);
  });
  expect(io.err()).toContain(`"msg":"listening"`);
  expect(io.err()).toContain(`"msg":"shutting down"`);
});

test("serve keeps the API from the public listener where admins have one of their own", async () => {
  await using io = await createFakeIo();
  const line = `${LINE} --admin-listen 127.0.0.1:0`;
  await withRunning(io, line, async ({ url, adminUrl }) => {
    expect(await statusOf(url, "/healthz")).toBe(200);
    for (const path of ["/v1/setup", "/reference", "/metrics", "/readyz"]) {
      expect([path, await statusOf(url, path)]).toEqual([path, 404]);
      expect([path, await statusOf(adminUrl, path)]).toEqual([path, 200]);
    }
  });
});

test("serve --role control answers no request of the App Store", async () => {
  await using io = await createFakeIo();
  await withRunning(io, `${LINE} --role control`, async ({ url }) => {
    const path = `${String(url)}/apple/retention/yoga/sandbox`;
    const asked = await fetch(path, { method: "POST", body: "{}" });
    expect(asked.status).toBe(404);
    expect((await fetch(`${String(url)}/healthz`)).status).toBe(200);
  });
});

test("serve --role runtime announces its address, logs to standard error under JSON, and ends well", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "holdfast.yaml": CONFIG });
  await withRunning(io, RUNTIME, async ({ url, warnings }) => {
    expect(warnings).toEqual([]);
    const health = await fetch(`${String(url)}/healthz`);
    expect(await health.json()).toMatchObject({ runtime: "node" });
  });
  expect(io.err()).toContain(`"msg":"listening"`);
  expect(io.err()).toContain(`"msg":"shutting down"`);
});

test("serve says of a configuration beside it that it is not read, and what is in its place", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "holdfast.yaml": CONFIG });
  await withRunning(io, LINE, async ({ url }) => {
    expect(await statusOf(url, "/healthz")).toBe(200);
  });
  expect(io.err()).toMatch(/holdfast\.yaml is not read: .*holdfast apps list/);
});

test.each([
  ["a configuration that is not there", {}, "FILE_UNREADABLE"],
  ["a configuration that is no YAML", { "holdfast.yaml": "apps: [" }, "CONFIG_INVALID"],
  ["a configuration of something else", { "holdfast.yaml": "hello: world" }, "CONFIG_INVALID"],
])("serve --role runtime refuses %s", async (_, files, code) => {
  await using io = await createFakeIo();
  await writeFiles(io, files);
  expect(await run(io, `${RUNTIME} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
});

test.each([
  ["a listener that is none", "--admin-listen nowhere", {}, "OPTION_INVALID"],
  ["proxies that are none", "--trusted-proxies everyone", {}, "OPTION_INVALID"],
  ["a public URL with a path", "--public-url https://x.example/y", {}, "PUBLIC_URL_INVALID"],
  ["a master key that is none", "", { HOLDFAST_MASTER_KEY: "short" }, "SECRET_INVALID"],
  [
    "PostgreSQL without secrets, which replicas must share",
    "",
    { HOLDFAST_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" },
    "SECRET_MISSING",
  ],
  [
    "a provider without a client",
    "",
    { HOLDFAST_OIDC_ISSUER: "https://login.example.com" },
    "OPTION_MISSING",
  ],
  [
    "a control plane to follow without a token",
    "--role runtime --control-url https://holdfast.example.com",
    {},
    "OPTION_MISSING",
  ],
])("serve refuses %s", async (_, flags, env, code) => {
  await using io = await createFakeIo({ env });
  await writeFiles(io, { "holdfast.yaml": CONFIG });
  expect(await run(io, `${LINE} ${flags} --log-level silent --output json`)).toBe(2);
  expect(io.err()).toContain(`"code": "${code}"`);
});
