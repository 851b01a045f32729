import { sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, withRunning, writeFiles } from "../testing/run.ts";

const WORLD = `
apps:
  - id: chess
    bundleId: com.example.chess
    appAppleId: 42
    issuerId: 6f1c2a51-4b7e-4d09-a6c1-2e5f90b7d384
    keyIds: [CHESSKEY01]
    groups:
      - id: pro
        products:
          - { productId: chess.pro, level: 1, period: P1M }
    subscribers:
      - { originalTransactionId: "2000000000000042", productId: chess.pro }
`;

const START = "emulator --port 0 --data store";

async function get(url: unknown, path: string): Promise<unknown> {
  return (await fetch(`${String(url)}${path}`)).json();
}

test.each(["world.yaml", "world.json"])("emulator --world %s has the file's apps", async (file) => {
  await using io = await createFakeIo();
  await writeFiles(io, {
    "world.yaml": WORLD,
    "world.json": JSON.stringify(parse(WORLD) as unknown),
  });
  await withRunning(io, `${START} --world ${file}`, async ({ url, apps }) => {
    expect(apps).toEqual([{ id: "chess", bundleId: "com.example.chess", appAppleId: 42 }]);
    const { port } = new URL(String(url));
    await using client = await createFakeIo();
    const { json } = await runJson(client, `emulator credentials --app chess --port ${port}`);
    expect(json).toMatchObject({
      keyId: "CHESSKEY01",
      originalTransactionId: "2000000000000042",
      productId: "chess.pro",
    });
  });
});

test("emulator --world takes the example of the emulator's README", async () => {
  const readme = await readFile(new URL("../../../emulator/README.md", import.meta.url), "utf8");
  const example = /```yaml\n(?<yaml>.*?)```/s.exec(readme)?.groups?.["yaml"] ?? "";
  await using io = await createFakeIo();
  await writeFiles(io, { "world.yaml": example });
  await withRunning(io, `${START} --world world.yaml`, async ({ url }) => {
    const subscribers = await get(url, "/emulator/apps/chess/production/subscribers");
    expect(subscribers).toHaveProperty("subscribers.length", 51);
    expect(await get(url, "/emulator/apps/chess/sandbox/defaults")).toMatchObject({
      defaults: [{ productId: "chess.pro.monthly", locale: "ja" }],
    });
  });
});

test.each([
  ["what is wrong in it", WORLD.replace("P1M", "month"), "products[0].period: expected a period"],
  ["that it is no YAML", "apps: [", "world.yaml:"],
  ["that it is empty", "", "the file: expected an object, got null"],
])("emulator --world says of a file %s, and exits 2", async (_what, text, expected) => {
  await using io = await createFakeIo();
  await writeFiles(io, { "world.yaml": text });
  expect(await run(io, `${START} --world world.yaml --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe("WORLD_INVALID");
  expect(errorOf(io)["message"]).toContain(expected);
});

test("emulator takes --flow or --world, not both", async () => {
  await using io = await createFakeIo();
  expect(await run(io, `${START} --flow a.yaml --world b.yaml --output json`)).toBe(2);
  expect(errorOf(io)).toMatchObject({ code: "OPTION_INVALID" });
});

test("emulator obeys its options about notifications and limits", async () => {
  await using io = await createFakeIo();
  const url = "https://example.com/notifications?app=yoga";
  const options = `--notification-url yoga/sandbox=${url} --notification-url yoga/production=${url}2 --notification-time-scale 1/3600 --rate-limit-scale 0.00001 --connect-hourly-limit 0`;
  await withRunning(io, `${START} ${options}`, async (announced) => {
    const base = announced["url"];
    expect(await get(base, "/emulator/apps/yoga/sandbox/notification-url")).toEqual({ url });
    expect(await get(base, "/emulator/apps/yoga/production/notification-url")).toEqual({
      url: `${url}2`,
    });
    expect(await get(base, "/emulator/apps/seed/sandbox/notification-url")).toEqual({ url: null });
    const { port } = new URL(String(base));
    await using client = await createFakeIo();
    const { json } = await runJson(client, `emulator credentials --port ${port}`);
    const sandbox = `${String(base)}/sandbox/inApps/v1/messaging/message/list`;
    const token = await tokenFor(json, "");
    expect(await statusOf(sandbox, token)).toBe(200);
    expect(await statusOf(sandbox, token)).toBe(429);
    const teamToken = await tokenFor(json, "connect");
    expect(await statusOf(`${String(base)}/connect/v1/apps`, teamToken)).toBe(429);
  });
});

async function statusOf(url: string, token: string): Promise<number> {
  return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
}

/** Signs a token with one of the two keys that credentials name. */
async function tokenFor(
  credentials: Readonly<Record<string, unknown>>,
  key: "" | "connect",
): Promise<string> {
  const named = (name: string) =>
    String(
      credentials[key === "" ? name : `connect${name.charAt(0).toUpperCase()}${name.slice(1)}`],
    );
  const iat = Math.floor(Date.now() / 1000);
  const header = { alg: "ES256", typ: "JWT", kid: named("keyId") };
  const bid = credentials["bundleId"];
  const claims = {
    iss: named("issuerId"),
    iat,
    exp: iat + 60,
    aud: "appstoreconnect-v1",
    ...(key === "" ? { bid } : {}),
  };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(signed), {
    key: await readFile(named("privateKeyPath")),
    dsaEncoding: "ieee-p1363",
  });
  return `${signed}.${signature.toString("base64url")}`;
}

test.each([
  ["--notification-url yoga/sandbox=http://example.com/", "OPTION_INVALID"],
  ["--notification-url yoga/xcode=https://example.com/", "OPTION_INVALID"],
  ["--notification-url https://example.com/", "OPTION_INVALID"],
  ["--notification-url nobody/sandbox=https://example.com/", "APP_UNKNOWN"],
  ["--notification-time-scale 0", "OPTION_INVALID"],
  ["--notification-time-scale 1/0", "OPTION_INVALID"],
  ["--notification-time-scale fast", "OPTION_INVALID"],
  ["--notification-time-scale 2", "OPTIONS_INVALID"],
  ["--subscription-time-scale 0", "OPTION_INVALID"],
  ["--subscription-time-scale 2", "OPTIONS_INVALID"],
  ["--rate-limit-scale -1", "OPTION_INVALID"],
  ["--connect-hourly-limit many", "OPTION_INVALID"],
])("emulator refuses %s with %s, and exits 2", async (option, code) => {
  await using io = await createFakeIo();
  expect(await run(io, `${START} ${option} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
});

test("emulator refuses a directory another one uses, and exits 2", async () => {
  await using io = await createFakeIo();
  await withRunning(io, START, async () => {
    await using second = await createFakeIo({ cwd: io.cwd });
    expect(await run(second, `${START} --output json`)).toBe(2);
    expect(errorOf(second)["code"]).toBe("DIRECTORY_IN_USE");
    expect(errorOf(second)["message"]).toContain(`process ${process.pid}`);
  });
  await using third = await createFakeIo({ cwd: io.cwd });
  await withRunning(third, START, async () => undefined);
});
