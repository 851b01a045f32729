import "reflect-metadata/lite";
import { startEmulator } from "@holdfast/emulator";
import * as x509 from "@peculiar/x509";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSecret } from "../secrets/index.ts";
import { changesSince, latestChange } from "../storage/index.ts";
import { engines, openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { createAppsFeature, listApps, readPseudonymKey } from "./index.ts";
import type { AppsFeatureOptions } from "./index.ts";
import { createTestControl, createTestKeyring } from "./testing/test-control.ts";
import type { TestCallerOptions } from "./testing/test-control.ts";

const YOGA = { id: "yoga", name: "Yoga", bundleId: "com.example.yoga", appAppleId: 6_745_974_592 };

async function setUp(
  engine: TestEngine = SQLITE,
  options: Partial<AppsFeatureOptions> & TestCallerOptions = {},
) {
  const database = await openTestDatabase(engine);
  const keyring = await createTestKeyring();
  const dependents = { liveEnvironments: () => Promise.resolve([]), deletions: [] };
  const features = [createAppsFeature({ database, keyring, dependents, ...options })];
  return { database, keyring, control: createTestControl({ database, features }, options) };
}

/** Makes a certificate that `issuer` signs, or itself. */
async function certificate({
  isAuthority = true,
  notAfter = new Date(Date.now() + 86_400_000),
  curve = "P-256",
  forged = false,
}: {
  readonly isAuthority?: boolean;
  readonly notAfter?: Date;
  readonly curve?: string;
  readonly forged?: boolean;
} = {}): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: curve, hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const others = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.create(
    {
      serialNumber: "01",
      subject: "CN=Test Root",
      issuer: "CN=Test Root",
      notBefore: new Date(Date.now() - 172_800_000),
      notAfter,
      publicKey: keys.publicKey,
      signingKey: forged ? others.privateKey : keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new x509.BasicConstraintsExtension(isAuthority)],
    },
    crypto,
  );
  return `${made.toString("pem")}\n`;
}

describe.each(await engines())("on $name", (engine) => {
  test("createApp makes an app with a pseudonym key of its own, which no answer and no row shows", async () => {
    const { control, database, keyring } = await setUp(engine);
    const cursor = await latestChange(database.queries);
    const created = await control.call("POST /v1/apps", { ...YOGA, environments: { sandbox: {} } });
    expect(created).toMatchObject({
      status: 201,
      body: {
        ...YOGA,
        environments: { sandbox: { trustedRoots: [], requiredApprovals: 0 } },
      },
    });
    expect(created.body["environments"]).not.toHaveProperty("production");
    const other = { ...YOGA, id: "other", bundleId: "com.example.other", environments: {} };
    await control.call("POST /v1/apps", other);
    const key = await readPseudonymKey(database.queries, keyring, "yoga");
    expect(key).toHaveLength(32);
    expect(key).not.toEqual(await readPseudonymKey(database.queries, keyring, "other"));
    const everything = created.text + JSON.stringify(await rowsOf(database));
    expect(everything).not.toContain(Buffer.from(key).toString("base64url"));
    expect(everything).not.toContain(Buffer.from(key).toString("hex"));
    const { changes } = await changesSince(database.queries, cursor, { app: "yoga" });
    expect(changes).toMatchObject([{ topic: "app", app: "yoga", subject: "yoga" }]);
  });

  test("createApp refuses an id or a bundle id that is taken, and then makes nothing", async () => {
    const { control, database } = await setUp(engine);
    await control.call("POST /v1/apps", { ...YOGA, environments: {} });
    for (const taken of [{ id: "other" }, { bundleId: "com.example.other" }]) {
      const answer = await control.call("POST /v1/apps", { ...YOGA, ...taken, environments: {} });
      expect(answer).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
    }
    await expect(listApps(database.queries, { apps: "all", limit: 9 })).resolves.toHaveLength(1);
    const secrets = await database.queries.selectFrom("secrets").select("app").execute();
    expect(secrets).toEqual([{ app: "yoga" }]);
  });

  test("createApp called many times at once for one id makes one", async () => {
    const { control } = await setUp(engine);
    const calls = Array.from({ length: 5 }, () =>
      control.call("POST /v1/apps", { ...YOGA, environments: {} }),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([201, 409, 409, 409, 409]);
  });

  test("updateApp changes what is given, replaces an environment whole, and writes both down", async () => {
    const { control, database } = await setUp(engine);
    const created = await control.call("POST /v1/apps", {
      ...YOGA,
      environments: { sandbox: { requiredApprovals: 2 }, production: { requiredApprovals: 1 } },
    });
    const changed = await control.call(
      "PATCH /v1/apps/yoga",
      {
        name: "Yoga Plus",
        environments: { sandbox: { realtimeBaseUrl: "https://retention.example.com/eu/" } },
      },
      { "If-Match": created.headers.get("ETag") ?? "" },
    );
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: "Yoga Plus",
        environments: {
          sandbox: { requiredApprovals: 0, realtimeBaseUrl: "https://retention.example.com/eu" },
          production: { requiredApprovals: 1 },
        },
      },
    });
    const read = await control.call("GET /v1/apps/yoga");
    expect(read.body).toEqual(changed.body);
    expect(read.headers.get("ETag")).toBe(changed.headers.get("ETag"));
    const log = await database.queries
      .selectFrom("audit_log")
      .select(["action", "details"])
      .orderBy("id", "desc")
      .executeTakeFirstOrThrow();
    expect(log.action).toBe("updateApp");
    expect(JSON.parse(log.details)).toMatchObject({
      changes: { name: { before: "Yoga", after: "Yoga Plus" }, environments: {} },
    });
  });

  test("updateApp lets one of two editors win, and the other knows what to read", async () => {
    const { control } = await setUp(engine);
    const created = await control.call("POST /v1/apps", { ...YOGA, environments: {} });
    const seen = { "If-Match": created.headers.get("ETag") ?? "" };
    const edits = ["One", "Other", "Third"].map((name) =>
      control.call("PATCH /v1/apps/yoga", { name }, seen),
    );
    const answers = await Promise.all(edits);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 412, 412]);
    const winner = answers.find(({ status }) => status === 200);
    const now = await control.call("GET /v1/apps/yoga");
    expect(now.body).toEqual(winner?.body);
    const again = await control.call("PATCH /v1/apps/yoga", { name: "Late" }, seen);
    expect(again).toMatchObject({
      status: 412,
      body: { error: { current: { etag: now.headers.get("ETag") } } },
    });
  });

  test("deleteApp deletes everything of the app and nothing of another", async () => {
    const { control, database, keyring } = await setUp(engine);
    const created = await control.call("POST /v1/apps", { ...YOGA, environments: { sandbox: {} } });
    const other = { ...YOGA, id: "other", bundleId: "com.example.other" };
    await control.call("POST /v1/apps", { ...other, environments: { sandbox: {} } });
    const seen = { "If-Match": created.headers.get("ETag") ?? "" };
    await expect(control.call("DELETE /v1/apps/yoga", undefined, seen)).resolves.toMatchObject({
      status: 204,
    });
    await expect(control.call("GET /v1/apps/yoga")).resolves.toMatchObject({ status: 404 });
    await expect(readPseudonymKey(database.queries, keyring, "yoga")).rejects.toMatchObject({
      code: "SECRET_NOT_FOUND",
    });
    const environments = await database.queries
      .selectFrom("app_environments")
      .select("app")
      .execute();
    expect(environments).toEqual([{ app: "other" }]);
    await expect(readPseudonymKey(database.queries, keyring, "other")).resolves.toHaveLength(32);
  });

  test("deleteApp refuses while something is live", async () => {
    const dependents = {
      liveEnvironments: () => Promise.resolve(["production"] as const),
      deletions: [],
    };
    const { control } = await setUp(engine, { dependents });
    const created = await control.call("POST /v1/apps", { ...YOGA, environments: {} });
    const seen = { "If-Match": created.headers.get("ETag") ?? "" };
    const refused = await control.call("DELETE /v1/apps/yoga", undefined, seen);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
    await expect(control.call("GET /v1/apps/yoga")).resolves.toMatchObject({ status: 200 });
  });

  test("deleteApp deletes what other features have of it, or nothing where that fails", async () => {
    const dependents = {
      liveEnvironments: () => Promise.resolve([]),
      deletions: [() => Promise.reject(new Error("a feature cannot"))],
    };
    const { control } = await setUp(engine, { dependents });
    const created = await control.call("POST /v1/apps", { ...YOGA, environments: {} });
    const seen = { "If-Match": created.headers.get("ETag") ?? "" };
    const failed = await control.call("DELETE /v1/apps/yoga", undefined, seen);
    expect(failed.status).toBe(500);
    await expect(control.call("GET /v1/apps/yoga")).resolves.toMatchObject({ status: 200 });
  });
});

test("listApps pages by id, and shows only the apps the caller's role counts for", async () => {
  const { control, database, keyring } = await setUp();
  const ids = ["a", "B", "c", "d", "e"];
  for (const id of ids) {
    await control.call("POST /v1/apps", { ...YOGA, id, bundleId: `com.${id}`, environments: {} });
  }
  const seen: string[] = [];
  let query = "?limit=2";
  for (let page = 0; page < 3; page += 1) {
    const { body } = await control.call(`GET /v1/apps${query}`);
    const { items, nextCursor } = body as unknown as {
      items: readonly { id: string }[];
      nextCursor?: string;
    };
    seen.push(...items.map(({ id }) => id));
    query = `?limit=2&cursor=${nextCursor ?? "none"}`;
  }
  expect(seen).toEqual(ids.toSorted());
  expect(query).toContain("none");
  const dependents = { liveEnvironments: () => Promise.resolve([]), deletions: [] };
  const features = [createAppsFeature({ database, keyring, dependents })];
  const some = createTestControl({ database, features }, { role: "viewer", apps: ["c", "x"] });
  const { body } = await some.call("GET /v1/apps");
  expect(body).toMatchObject({ items: [{ id: "c" }] });
  await expect(some.call("GET /v1/apps/a")).resolves.toMatchObject({ status: 404 });
});

test("createApp takes the root of a local App Store for the sandbox, and for production only where it is allowed", async () => {
  const emulator = await startEmulator({ port: 0 });
  onTestFinished(() => emulator.close());
  const trustedRoots = [emulator.rootCertificatePem];
  const { control } = await setUp();
  const app = { ...YOGA, environments: { sandbox: { trustedRoots } } };
  await expect(control.call("POST /v1/apps", app)).resolves.toMatchObject({
    status: 201,
    body: { environments: { sandbox: { trustedRoots } } },
  });
  const live = { ...YOGA, environments: { production: { trustedRoots } } };
  const strict = await setUp();
  const refused = await strict.control.call("POST /v1/apps", live);
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { issues: [{ path: ["body", "environments", "production", "trustedRoots"] }] } },
  });
  const { control: lenient } = await setUp(SQLITE, { allowNonAppleProductionRoots: true });
  await expect(lenient.call("POST /v1/apps", live)).resolves.toMatchObject({ status: 201 });
});

test.each<[string, () => Promise<readonly string[]> | readonly string[]]>([
  [
    "text that only looks like one",
    () => ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
  ],
  ["a certificate of no authority", async () => [await certificate({ isAuthority: false })]],
  [
    "a certificate that is over",
    async () => [await certificate({ notAfter: new Date(Date.now() - 86_400_000) })],
  ],
  ["a certificate it did not sign itself", async () => [await certificate({ forged: true })]],
  ["a key on another curve", async () => [await certificate({ curve: "P-521" })]],
  [
    "one root twice",
    async () => {
      const pem = await certificate();
      return [pem, pem];
    },
  ],
])("createApp refuses %s as a trusted root", async (_, roots) => {
  const { control } = await setUp();
  const environments = { sandbox: { trustedRoots: await roots() } };
  const refused = await control.call("POST /v1/apps", { ...YOGA, environments });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "INPUT_INVALID" } } });
});

test("createApp takes any root that is one", async () => {
  const { control } = await setUp();
  const trustedRoots = [await certificate(), await certificate({ curve: "P-384" })];
  const created = await control.call("POST /v1/apps", {
    ...YOGA,
    environments: { sandbox: { trustedRoots } },
  });
  expect(created.status).toBe(201);
});

test.each([
  "https://example.com/?a=b",
  "https://example.com/#a",
  "https://user@example.com",
  "https://:443",
])("createApp refuses %s as the base of the real-time URL", async (realtimeBaseUrl) => {
  const { control } = await setUp();
  const environments = { sandbox: { realtimeBaseUrl } };
  const refused = await control.call("POST /v1/apps", { ...YOGA, environments });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "INPUT_INVALID" } } });
});

test("a pseudonym key of one app does not open as another's", async () => {
  const { control, database, keyring } = await setUp();
  await control.call("POST /v1/apps", { ...YOGA, environments: {} });
  await database.queries.updateTable("secrets").set({ app: "other" }).execute();
  await expect(
    openSecret(database.queries, keyring, {
      app: "other",
      environment: "both",
      purpose: "pseudonymKey",
      keyId: "1",
    }),
  ).rejects.toMatchObject({ code: "SECRET_SEAL_BROKEN" });
});

async function rowsOf({ queries }: Awaited<ReturnType<typeof setUp>>["database"]) {
  return [
    await queries.selectFrom("apps").selectAll().execute(),
    await queries.selectFrom("secrets").selectAll().execute(),
    await queries.selectFrom("audit_log").selectAll().execute(),
    await queries.selectFrom("changes").selectAll().execute(),
  ];
}
