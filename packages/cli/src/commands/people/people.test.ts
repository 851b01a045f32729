import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "@holdfast/api";
import { createControlClient } from "../../control-plane/control-client.ts";
import { ADMIN, startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { createFakeTerminal } from "../../testing/fake-terminal.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
});
afterAll(() => server.close());

const PASSWORD = "another long sentence";

describe("holdfast people", () => {
  test("invite shows a link that joins; update changes and disables; list tells all", async () => {
    await using io = await server.openIo();
    const invited = await runJson(io, "people invite Kim@example.com --role viewer --all-apps");
    expect(invited.json).toMatchObject({ role: "viewer", apps: "all" });
    const listed = await runJson(io, "people list");
    expect(listed.json["items"]).toMatchObject([{ email: ADMIN.email, role: "admin" }]);
    expect(listed.json["invitations"]).toMatchObject([{ role: "viewer" }]);

    const code = String(invited.json["link"]).split("#")[1] ?? "";
    const guest = createControlClient({ server: server.url }, io);
    await guest.call(routes.acceptInvitation, { body: { code, name: "Kim", password: PASSWORD } });

    const line = "people update kim@EXAMPLE.com --role publisher --name Kimberly";
    expect((await runJson(io, line)).json).toMatchObject({ name: "Kimberly", role: "publisher" });
    const before = io.out().length;
    await run(io, "people list");
    expect(io.out().slice(before)).toMatch(/Kimberly +publisher +all +active/);

    const { json } = await runJson(io, "people update kim@example.com --disable");
    expect(json).toMatchObject({ isDisabled: true });
    const terminal = createFakeTerminal([PASSWORD]);
    await using kim = await server.openIo({ role: "none", terminal });
    expect(await run(kim, `login --server ${server.url} --email kim@example.com`)).toBe(1);
    expect((await runJson(io, `people update ${String(json["id"])} --enable`)).json).toMatchObject({
      isDisabled: false,
    });
  });

  test("uninvite makes the link open nothing", async () => {
    await using io = await server.openIo();
    const { json } = await runJson(io, "people invite sam@example.com --role viewer --all-apps");
    expect(await run(io, `people uninvite ${String(json["id"])}`)).toBe(0);
    expect((await runJson(io, "people list")).json).toMatchObject({ invitations: [] });
    const code = String(json["link"]).split("#")[1] ?? "";
    const guest = createControlClient({ server: server.url }, io);
    await expect(
      guest.call(routes.acceptInvitation, { body: { code, name: "Sam", password: PASSWORD } }),
    ).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("update keeps the last admin", async () => {
    await using io = await server.openIo();
    expect(await run(io, `people update ${ADMIN.email} --role viewer --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "CONFLICT" });
  });

  test.each([
    ["people update nobody@example.com --role viewer", "nobody who can sign in"],
    ["people update ada@example.com", "expected something to change"],
    ["people update ada@example.com --enable --disable", "got both"],
    ["people invite kim@example.com --all-apps", "--role is required"],
    ["people invite kim@example.com --role viewer", "--app is required, or --all-apps"],
    ["people invite no-address --role viewer --all-apps", "email: "],
  ])("%s is refused: %s", async (line, message) => {
    await using io = await server.openIo();
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(message);
  });

  test("is for admins", async () => {
    await using io = await server.openIo({ role: "publisher" });
    expect(await run(io, "people list --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });
});
