import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRememberedApps } from "./remembered-apps.ts";
import type { RememberedApps } from "./remembered-apps.ts";

const publisherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  format: "pem",
  type: "spki",
});

const YOGA = {
  bundleId: "com.example.yoga",
  appAppleId: 6_745_974_592,
  publisherKey,
  environments: { sandbox: { trustedRoots: [] }, production: { trustedRoots: [] } },
};

async function setUp() {
  const dataDirectory = await mkdtemp(join(tmpdir(), "holdfast-apps-"));
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
  const damages: unknown[] = [];
  const open = (): RememberedApps =>
    createRememberedApps({
      dataDirectory,
      allowNonAppleProductionRoots: false,
      onDamaged: (error) => damages.push(error),
    });
  return { open, damages, file: join(dataDirectory, "runtime-apps.json") };
}

test("recall() returns after a restart what was remembered", async () => {
  const { open, damages, file } = await setUp();
  expect(await open().recall()).toEqual({ apps: [], warnings: [] });
  await open().remember({ yoga: YOGA });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { apps } = await open().recall();
  expect(apps.map(({ app, environment }) => `${app} ${environment}`)).toEqual([
    "yoga sandbox",
    "yoga production",
  ]);
  expect(damages).toEqual([]);
});

test("remember() leaves an app that did not change the same object", async () => {
  const { open } = await setUp();
  const memory = open();
  const before = await memory.remember({ yoga: YOGA });
  const other = { ...YOGA, bundleId: "com.example.other" };
  const after = await memory.remember({ yoga: { ...YOGA }, other });
  expect(after.apps[0]).toBe(before.apps[0]);
  const changed = await memory.remember({ yoga: { ...YOGA, bundleId: "com.example.changed" } });
  expect(changed.apps[0]).not.toBe(before.apps[0]);
  expect(changed.apps).toHaveLength(2);
});

test.each([
  ["is no JSON", "{"],
  ["is something else", JSON.stringify({ yoga: { bundleId: 1 } })],
])("recall() goes on without a file that %s, and says so", async (_, text) => {
  const { open, damages, file } = await setUp();
  await writeFile(file, text);
  expect(await open().recall()).toEqual({ apps: [], warnings: [] });
  expect(damages).toHaveLength(1);
});
