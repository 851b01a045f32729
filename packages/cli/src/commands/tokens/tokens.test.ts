import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
  await using io = await server.openIo();
  await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
});
afterAll(() => server.close());

function idsOf(document: Readonly<Record<string, unknown>>): readonly string[] {
  // What `tokens list` writes.
  return (document["items"] as { id: string }[]).map(({ id }) => id);
}

describe("holdfast tokens", () => {
  test("create shows the secret once; it opens what its role may until it is revoked", async () => {
    await using io = await server.openIo();
    const { json } = await runJson(io, "tokens create --name ci --role editor --app yoga --days 2");
    expect(json).toMatchObject({ name: "ci", role: "editor", apps: ["yoga"] });
    expect(Number(json["expiresAt"])).toBeGreaterThan(Date.now() + 24 * 3_600_000);
    const secret = String(json["secret"]);
    const env = { HOLDFAST_TOKEN: secret };
    await using ci = await server.openIo({ env });
    expect((await runJson(ci, "whoami")).json).toMatchObject({ role: "editor", apps: ["yoga"] });

    const before = io.out().length;
    await run(io, "tokens list");
    expect(io.out().slice(before)).toContain(String(json["id"]));
    expect(io.out().slice(before)).not.toContain(secret);

    expect(await run(io, `tokens revoke ${String(json["id"])}`)).toBe(0);
    expect(await run(ci, "whoami --output json")).toBe(1);
    expect(errorOf(ci)).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(idsOf((await runJson(io, "tokens list")).json)).not.toContain(json["id"]);
    expect(idsOf((await runJson(io, "tokens list --all")).json)).toContain(json["id"]);
  });

  test("create tells people where the secret goes", async () => {
    await using io = await server.openIo();
    expect(await run(io, "tokens create --name runtimes --role runtime --all-apps")).toBe(0);
    expect(io.out()).toMatch(/secret +hf/);
    expect(io.out()).toMatch(/shown only now: .* as HOLDFAST_RUNTIME_TOKEN$/m);
  });

  test("create makes what ends with the login, unless it is to end before", async () => {
    await using admin = await server.openIo();
    const { json: login } = await runJson(
      admin,
      "tokens create --name login --role admin --all-apps --days 90",
    );
    await using io = await server.openIo({ env: { HOLDFAST_TOKEN: String(login["secret"]) } });
    const line = "tokens create --name ci --role viewer --app yoga";
    const { json } = await runJson(io, line);
    expect(json["expiresAt"]).toBe(login["expiresAt"]);
    expect(await run(io, `${line} --days 91 --output json`)).toBe(1);
    const end = new Date(Number(login["expiresAt"])).toISOString();
    expect(errorOf(io)).toMatchObject({
      code: "FORBIDDEN",
      advice: expect.stringContaining(end) as unknown,
    });
  });

  test("a token makes none that may do more", async () => {
    await using io = await server.openIo({ role: "editor" });
    expect(await run(io, "tokens create --name x --role admin --all-apps --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });

  test.each([
    ["tokens create --role viewer --all-apps", "--name is required"],
    ["tokens create --name x --all-apps", "--role is required"],
    ["tokens create --name x --role viewer", "--app is required, or --all-apps"],
    ["tokens create --name x --role viewer --app yoga --all-apps", "got both"],
    ["tokens create --name x --role viewer --all-apps --days 0", "--days: expected"],
  ])("%s is refused: %s", async (line, message) => {
    await using io = await server.openIo();
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(message);
  });

  test("revoke tells a token that is not there", async () => {
    await using io = await server.openIo();
    expect(await run(io, "tokens revoke token_nobody --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "NOT_FOUND" });
  });
});
