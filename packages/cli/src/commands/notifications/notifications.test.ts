import { createTestAppStore, testNotification, testTransaction } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const PLACE = "--app yoga --environment sandbox";

let server: ControlServer;
let store: TestAppStore;

beforeAll(async () => {
  store = await createTestAppStore();
  server = await startControlServer({ allowPrivateWebhooks: true });
  await using io = await server.openIo();
  await writeFiles(io, { "root.pem": store.rootPem });
  const root = "--sandbox-root root.pem";
  await run(io, `apps add yoga --bundle-id com.example.yoga --apple-id 1 ${root}`);
});

afterAll(() => server.close());

/** Posts a notification as Apple does. */
async function post(notificationUUID: string): Promise<number> {
  const signedDate = Date.now();
  const signedTransactionInfo = store.sign(testTransaction({ signedDate }));
  const signedPayload = store.sign(
    testNotification({
      notificationUUID,
      signedDate,
      data: { environment: "Sandbox", bundleId: "com.example.yoga", signedTransactionInfo },
    }),
  );
  const { status } = await fetch(`${server.url}/apple/notifications/yoga`, {
    method: "POST",
    body: JSON.stringify({ signedPayload }),
  });
  return status;
}

describe("holdfast notifications", () => {
  test("list and status show what Apple posted, and never a transaction id", async () => {
    await using io = await server.openIo({ role: "viewer" });
    expect(await run(io, `notifications list ${PLACE}`)).toBe(0);
    expect(io.out()).toContain(`none came: holdfast notifications status ${PLACE}`);
    expect(await post("00000000-0000-0000-0000-000000000001")).toBe(200);
    const { json } = await runJson(io, `notifications list ${PLACE}`);
    const [item, ...others] = json["items"] as readonly Readonly<Record<string, unknown>>[];
    expect(others).toEqual([]);
    expect(item).toMatchObject({ subtype: "AUTO_RENEW_DISABLED", source: "pushed" });
    const one = `notifications list ${PLACE} --subscription`;
    expect((await runJson(io, `${one} ${String(item?.["pseudonym"])}`)).json["items"]).toEqual([
      item,
    ]);
    expect((await runJson(io, `${one} ${"A".repeat(43)}`)).json["items"]).toEqual([]);
    expect((await runJson(io, `notifications status ${PLACE}`)).json).toMatchObject({
      mode: "push",
      days: [{ pushed: 1, history: 0 }],
    });
    expect(await run(io, `notifications list ${PLACE}`)).toBe(0);
    expect(await run(io, `notifications status ${PLACE}`)).toBe(0);
    expect(io.out()).toMatch(/DID_CHANGE_RENEWAL_STATUS +AUTO_RENEW_DISABLED +pushed/);
    expect(io.out()).toMatch(/posted to +\/apple\/notifications\/yoga of the public listener/);
    expect(io.out()).not.toContain("2000000123456789");
  });

  test("settings shows how they come, and changes it", async () => {
    await using io = await server.openIo();
    expect((await runJson(io, `notifications settings ${PLACE}`)).json).toMatchObject({
      mode: "push",
    });
    expect(await run(io, `notifications settings ${PLACE} --mode poll`)).toBe(0);
    expect(io.out()).toContain("sandbox notifications of yoga are read from Apple's history");
    expect((await runJson(io, `notifications settings ${PLACE}`)).json).toMatchObject({
      mode: "poll",
    });
    expect(await run(io, `notifications settings ${PLACE} --mode push`)).toBe(0);
  });

  test("forwards are added, listed and removed", async () => {
    await using io = await server.openIo();
    expect(await run(io, `notifications forwards list ${PLACE}`)).toBe(0);
    expect(io.out()).toContain("they are passed on to nobody: holdfast notifications forwards add");
    const url = "https://api.example.com/app-store";
    const { json } = await runJson(io, `notifications forwards add ${url} ${PLACE}`);
    const id = String(json["id"]);
    expect(json).toMatchObject({ url, waiting: 0, delivered: 0 });
    expect(await run(io, `notifications forwards list ${PLACE}`)).toBe(0);
    expect(io.out()).toMatch(/forward_\S+ +https:\/\/api\.example\.com\/app-store +active +0/);
    const remove = `notifications forwards remove ${id} ${PLACE}`;
    expect(await run(io, remove)).toBe(2);
    expect((await runJson(io, `${remove} --confirm`)).json).toMatchObject({ removed: true });
    await run(io, `${remove} --confirm --output json`);
    expect(io.err()).toContain("NOT_FOUND");
  });

  test.each([
    ["notifications status --app yoga", "--environment is required"],
    ["notifications list --environment sandbox", "--app is required"],
    [`notifications settings ${PLACE} --mode rain`, "--mode"],
    [`notifications forwards add ftp://a.example.com ${PLACE}`, "url: expected a URL"],
    [`notifications list ${PLACE} --subscription short`, "pseudonym: expected"],
  ])("%s is refused: %s", async (line, message) => {
    await using io = await server.openIo();
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(message);
  });

  test("what is said and where it is passed on to is for admins", async () => {
    await using io = await server.openIo({ role: "publisher" });
    expect(await run(io, `notifications forwards list ${PLACE} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });
});
