import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "@holdfast/api";
import { createControlClient } from "../control-plane/control-client.ts";
import { createSessionFetch } from "../control-plane/session-fetch.ts";
import { ADMIN, startControlServer } from "../testing/control-server.ts";
import type { ControlServer } from "../testing/control-server.ts";
import { createFakeTerminal } from "../testing/fake-terminal.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
  // Makes the admin.
  await (await server.openIo())[Symbol.asyncDispose]();
});
afterAll(() => server.close());

/** The logins a world has stored. */
async function storedIn(cwd: string): Promise<string> {
  return readFile(join(cwd, ".holdfast", "logins.json"), "utf8");
}

describe("holdfast login", () => {
  test("asks, stores a token for the server and makes it the default", async () => {
    const terminal = createFakeTerminal([ADMIN.email, ADMIN.password]);
    await using io = await server.openIo({ role: "none", terminal });
    expect(await run(io, `login --server ${server.url}/`)).toBe(0);
    expect(terminal.asked).toEqual(["shown: Email:", "hidden: Password:"]);
    expect(io.out()).toContain(`Logged in to ${server.url} as Ada, admin`);
    expect(await storedIn(io.cwd)).not.toContain(ADMIN.password);
    expect(await run(io, "apps list")).toBe(0);
  });

  test("makes a token of a lesser role, which is held to it", async () => {
    const terminal = createFakeTerminal([ADMIN.password]);
    await using io = await server.openIo({ role: "none", terminal });
    await run(io, `login --server ${server.url} --email ${ADMIN.email} --role viewer`);
    expect(await run(io, "people list --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN", status: 403 });
  });

  test("stores a token that was made elsewhere once the server knows it", async () => {
    await using admin = await server.openIo();
    const { json } = await runJson(admin, "tokens create --name ci --role editor --all-apps");
    await using io = await server.openIo({ role: "none" });
    await writeFiles(io, { "token.txt": `${String(json["secret"])}\n` });
    expect(await run(io, `login --server ${server.url} --token-file token.txt`)).toBe(0);
    expect(io.out()).toContain("as ci, editor");
    expect((await runJson(io, "whoami")).json).toMatchObject({ role: "editor", id: json["id"] });
    // Others may use it: it is forgotten here, and opens what it opened.
    expect((await runJson(io, "logout")).json).toMatchObject({ wasLoggedIn: true, revoked: false });
    await using ci = await server.openIo({ env: { HOLDFAST_TOKEN: String(json["secret"]) } });
    expect(await run(ci, "whoami")).toBe(0);
  });

  test("stores nothing of a token the server does not know, and does not show it", async () => {
    await using io = await server.openIo({ role: "none" });
    await writeFiles(io, { "token.txt": "hf_nobody_knows_this_one" });
    expect(await run(io, `login --server ${server.url} --token-file token.txt`)).toBe(1);
    expect(io.err()).toContain("UNAUTHENTICATED");
    expect(io.err()).not.toContain("nobody_knows");
    await expect(storedIn(io.cwd)).rejects.toThrow("ENOENT");
  });

  test("refuses a wrong password without saying which of the two was wrong", async () => {
    await using io = await server.openIo({
      role: "none",
      terminal: createFakeTerminal(["wrong horse battery staple"]),
    });
    expect(await run(io, `login --server ${server.url} --email ${ADMIN.email}`)).toBe(1);
    expect(io.err()).toContain("UNAUTHENTICATED");
    expect(io.err()).not.toContain("wrong horse");
    expect(io.err()).not.toContain("holdfast login");
  });

  test("leaves nothing behind where the role is more than one has", async () => {
    await using admin = await server.openIo();
    const invited = await runJson(admin, "people invite vi@example.com --role viewer --all-apps");
    const code = String(invited.json["link"]).split("#")[1] ?? "";
    const guest = createControlClient(
      { server: server.url, fetch: createSessionFetch(admin) },
      admin,
    );
    const vi = { code, name: "Vi", password: ADMIN.password };
    await guest.call(routes.acceptInvitation, { body: vi });
    await using io = await server.openIo({
      role: "none",
      terminal: createFakeTerminal([ADMIN.password]),
    });
    const line = `login --server ${server.url} --email vi@example.com --role admin --output json`;
    expect(await run(io, line)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
    expect(await storedIn(io.cwd)).not.toContain("token");
    // Only the session of the invitation is there: the one of this login has ended.
    const { body } = await guest.call(routes.listSessions);
    expect(body.items).toMatchObject([{ isCurrent: true }]);
  });

  test("needs a server, and refuses what contradicts --token-file", async () => {
    await using io = await server.openIo({ role: "none" });
    expect(await run(io, "login")).toBe(1);
    expect(io.err()).toContain("SERVER_UNKNOWN");
    expect(await run(io, `login --server ${server.url} --token-file t --role viewer`)).toBe(2);
    expect(io.err()).toContain("--role has no meaning with --token-file");
  });

  test("warns of variables that count before what it stores", async () => {
    await using io = await server.openIo({ terminal: createFakeTerminal([ADMIN.password]) });
    expect(await run(io, `login --email ${ADMIN.email}`)).toBe(0);
    expect(io.err()).toContain("HOLDFAST_TOKEN is set and counts before the stored login");
    expect(io.err()).not.toContain("HOLDFAST_SERVER is set");
  });

  test("says which server cannot be reached", async () => {
    await using io = await server.openIo({
      role: "none",
      terminal: createFakeTerminal([ADMIN.email, ADMIN.password]),
    });
    expect(await run(io, "login --server http://127.0.0.1:9 --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "API_UNREACHABLE" });
    expect(errorOf(io)["message"]).toContain("http://127.0.0.1:9");
  });
});

async function loggedIn() {
  const terminal = createFakeTerminal([ADMIN.password]);
  const io = await server.openIo({ role: "none", terminal });
  await run(io, `login --server ${server.url} --email ${ADMIN.email}`);
  return io;
}

describe("holdfast logout", () => {
  test("revokes the token, so that a copy of it opens nothing", async () => {
    await using io = await loggedIn();
    const stored = JSON.parse(await storedIn(io.cwd)) as {
      logins: Record<string, { token: string }>;
    };
    const token = stored.logins[server.url]?.token ?? "";
    const { json } = await runJson(io, "logout");
    expect(json).toEqual({ server: server.url, wasLoggedIn: true, revoked: true });
    await using thief = await server.openIo({
      env: { HOLDFAST_SERVER: server.url, HOLDFAST_TOKEN: token },
    });
    expect(await run(thief, "whoami --output json")).toBe(1);
    expect(errorOf(thief)).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(String(errorOf(thief)["advice"])).toContain(`holdfast login --server ${server.url}`);
  });

  test("keeps the login while the server cannot be asked, unless --local", async () => {
    await using io = await loggedIn();
    const unreachable = { ...io, fetch: () => Promise.reject(new TypeError("fetch failed")) };
    expect(await run(unreachable, "logout")).toBe(1);
    expect(await storedIn(io.cwd)).toContain(server.url);
    expect(await run(unreachable, "logout --local")).toBe(0);
    expect(await storedIn(io.cwd)).not.toContain(server.url);
  });

  test("is fine where there was no login, and where the token was revoked already", async () => {
    await using io = await server.openIo({ role: "none" });
    const { json } = await runJson(io, `logout --server ${server.url}`);
    expect(json).toMatchObject({ wasLoggedIn: false });
    await using other = await loggedIn();
    const { json: session } = await runJson(other, "whoami");
    await run(other, `tokens revoke ${String(session["id"])}`);
    expect((await runJson(other, "logout")).json).toMatchObject({ revoked: false });
  });
});

describe("holdfast whoami", () => {
  test("tells the server, the caller and where the token is from", async () => {
    await using io = await server.openIo({ role: "viewer" });
    expect(await run(io, "whoami")).toBe(0);
    expect(io.out()).toContain(server.url);
    expect(io.out()).toContain("viewer");
    expect(io.out()).toContain("HOLDFAST_TOKEN");
  });
});
