import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestAppStore } from "@holdfast/appstore/testing";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readInlineConfig, readRuntimeConfig } from "./runtime-config.ts";

const store = await createTestAppStore();
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicPem = publicKey.export({ format: "pem", type: "spki" });
const privatePem = privateKey.export({ format: "pem", type: "pkcs8" });
const app = { bundleId: "com.example.yoga", appAppleId: 1 };

test("readInlineConfig() reads files in, and what it returns is read without them", async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "publisher.pub.pem"), publicPem);
  await writeFile(join(directory, "root.pem"), store.rootPem);
  const environments = { sandbox: { trustedRoots: ["root.pem"] }, production: {} };
  const value = { apps: { yoga: { ...app, publisherKey: "publisher.pub.pem", environments } } };
  const { config, warnings } = await readInlineConfig(value, { directory });
  expect(config).toEqual({
    apps: {
      yoga: {
        ...app,
        publisherKey: publicPem,
        environments: {
          sandbox: { trustedRoots: [expect.stringContaining("BEGIN CERTIFICATE")] },
          production: { trustedRoots: [] },
        },
      },
    },
    allowNonAppleProductionRoots: false,
  });
  expect(warnings).toEqual([]);
  const again = await readRuntimeConfig(config, { directory: "/nowhere" });
  expect(again.apps[0]?.trust.trusts(store.x5c[2] ?? "")).toBe(true);
});

test("readInlineConfig() leaves out what else a key's file holds", async () => {
  const publisherKey = `${privatePem}${publicPem}`;
  const value = { apps: { yoga: { ...app, publisherKey, environments: { sandbox: {} } } } };
  const { config } = await readInlineConfig(value, { directory: "/nowhere" });
  expect(config.apps["yoga"]?.publisherKey).toBe(publicPem);
});

test("readInlineConfig() refuses what a runtime would, and tells what it warns of", async () => {
  const environments = { production: { trustedRoots: [store.rootPem] } };
  const value = { apps: { yoga: { ...app, publisherKey: publicPem, environments } } };
  const means = { directory: "/nowhere" };
  await expect(readInlineConfig(value, means)).rejects.toMatchObject({
    code: "PRODUCTION_ROOT_REFUSED",
  });
  const allowed = { ...value, allowNonAppleProductionRoots: true };
  expect((await readInlineConfig(allowed, means)).warnings).toHaveLength(1);
});

test("readInlineConfig() wants to be told who publishes where there is no publisher here", async () => {
  const value = { apps: { yoga: { ...app, environments: { sandbox: {} } } } };
  await expect(readInlineConfig(value, { directory: "/nowhere" })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("yoga publisherKey") as string,
  });
});
