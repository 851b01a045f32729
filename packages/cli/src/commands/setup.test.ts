import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ADMIN, startControlServer } from "../testing/control-server.ts";
import type { ControlServer } from "../testing/control-server.ts";
import { createFakeTerminal } from "../testing/fake-terminal.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

let server: ControlServer;
beforeEach(async () => {
  server = await startControlServer();
});
afterEach(() => server.close());

describe("holdfast setup", () => {
  test("asks for what is missing, makes the first admin and logs this machine in", async () => {
    const { email, name, password } = ADMIN;
    const terminal = createFakeTerminal([email, name, password, password]);
    await using io = await server.openIo({ role: "none", terminal });
    expect(await run(io, `setup ${await server.setupLink()}`)).toBe(0);
    expect(terminal.asked).toEqual([
      "shown: Email:",
      "shown: Name:",
      "hidden: Password, at least 12 characters:",
      "hidden: The same password again:",
    ]);
    expect(io.out()).toContain("Ada is the first admin");
    const { code, json } = await runJson(io, "whoami");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      server: server.url,
      kind: "token",
      role: "admin",
      apps: "all",
      tokenSource: "login",
    });
    const file = join(io.cwd, ".holdfast", "logins.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(io.out() + io.err()).not.toContain(password);
  });

  test("takes everything from options and files, the link from stdin", async () => {
    const link = await server.setupLink();
    await using io = await server.openIo({ role: "none", stdin: async () => `${link}\n` });
    await writeFiles(io, { "password.txt": `${ADMIN.password}\n` });
    const line = `setup - --email ${ADMIN.email} --name Ada --password-file password.txt --role viewer --days 1`;
    const { code, json } = await runJson(io, line);
    expect(code).toBe(0);
    expect(json).toMatchObject({ server: server.url, email: ADMIN.email, role: "viewer" });
    expect(Number(json["expiresAt"])).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
    // The password that was in the file opens the door, without the line's end.
    await using other = await server.openIo({
      role: "none",
      terminal: createFakeTerminal([ADMIN.password]),
    });
    expect(await run(other, `login --server ${server.url} --email ${ADMIN.email}`)).toBe(0);
  });

  test("leaves no session behind, and one token that can be revoked", async () => {
    const answers = [ADMIN.email, ADMIN.name, ADMIN.password, ADMIN.password];
    await using io = await server.openIo({
      role: "none",
      terminal: createFakeTerminal(answers),
    });
    await run(io, `setup ${await server.setupLink()}`);
    const { json } = await runJson(io, "tokens list");
    expect(json["items"]).toMatchObject([{ role: "admin", apps: "all" }]);
    expect(await run(io, "logout")).toBe(0);
    expect(await run(io, "whoami")).toBe(1);
    expect(io.err()).toContain("SERVER_UNKNOWN");
  });

  test("does nothing when the two passwords differ", async () => {
    const terminal = createFakeTerminal([ADMIN.email, ADMIN.name, ADMIN.password, "another one"]);
    await using io = await server.openIo({ role: "none", terminal });
    const link = await server.setupLink();
    expect(await run(io, `setup ${link}`)).toBe(2);
    expect(io.err()).toContain("PASSWORDS_DIFFER");
    const right = [ADMIN.email, ADMIN.name, ADMIN.password, ADMIN.password];
    await using again = await server.openIo({
      role: "none",
      terminal: createFakeTerminal(right),
    });
    expect(await run(again, `setup ${link}`)).toBe(0);
  });

  test.each([
    [
      "http to another machine",
      "http://holdfast.example.com/setup#the-code-from-the-link",
      "SERVER_INVALID",
    ],
    ["a link without its code", "https://holdfast.example.com/setup", "LINK_INVALID"],
    [
      "another page's link",
      "https://holdfast.example.com/join#the-code-from-the-link",
      "LINK_INVALID",
    ],
  ])("refuses %s and does not repeat the link", async (_, link, code) => {
    await using io = await server.openIo({ role: "none" });
    expect(await run(io, `setup ${link} --output json`)).toBe(2);
    expect(errorOf(io)).toMatchObject({ code });
    expect(io.err()).not.toContain("the-code-from-the-link");
  });

  test("uses the link up only where the login can be stored", async () => {
    await using io = await server.openIo({ role: "none" });
    await writeFiles(io, { password: ADMIN.password, ".holdfast": "a file in its place" });
    const link = await server.setupLink();
    const line = `setup ${link} --email ${ADMIN.email} --name Ada --password-file password`;
    expect(await run(io, line)).toBe(1);
    expect(io.err()).toContain("LOGINS_INVALID");
    await using other = await server.openIo({ role: "none" });
    await writeFiles(other, { password: ADMIN.password });
    expect(await run(other, line)).toBe(0);
  });

  test("says that a link was used, and what to do", async () => {
    const link = await server.setupLink();
    const answers = [ADMIN.email, ADMIN.name, ADMIN.password, ADMIN.password];
    await using io = await server.openIo({ role: "none", terminal: createFakeTerminal(answers) });
    await run(io, `setup ${link}`);
    await using late = await server.openIo({ role: "none", terminal: createFakeTerminal(answers) });
    expect(await run(late, `setup ${link} --output json`)).toBe(1);
    expect(errorOf(late)).toMatchObject({ code: "CONFLICT", status: 409 });
    expect(late.err()).not.toContain(link.split("#")[1]);
  });

  test("says that a code is wrong, and where another is from", async () => {
    await using io = await server.openIo({ role: "none" });
    await writeFiles(io, { password: ADMIN.password });
    const link = `${server.url}/setup#${"x".repeat(32)}`;
    const line = `setup ${link} --email a@example.com --name A --password-file password`;
    expect(await run(io, `${line} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(errorOf(io)["advice"]).toContain("restart the server");
  });

  test("needs --password-file where there is no terminal", async () => {
    await using io = await server.openIo({ role: "none" });
    const link = await server.setupLink();
    expect(await run(io, `setup ${link} --email a@example.com --name A --output json`)).toBe(2);
    expect(errorOf(io)["message"]).toContain("--password-file");
  });

  test("shows everything the control plane has against a password, and does not show it", async () => {
    await using io = await server.openIo({ role: "none" });
    await writeFiles(io, { short: "tiny" });
    const link = await server.setupLink();
    const line = `setup ${link} --email ada --name Ada --password-file short`;
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain("email: ");
    expect(io.err()).toContain("password: ");
    expect(io.err()).not.toContain("tiny");
  });
});
