import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestAppStore } from "@holdfast/appstore/testing";
import { APPLE_ROOT_CA_G3 } from "@holdfast/appstore/signed-data";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readRuntimeConfig } from "./runtime-config.ts";
import type { RuntimeConfig } from "./runtime-config.ts";

function publicPem(namedCurve: "P-256" | "P-384" = "P-256"): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve });
  return publicKey.export({ format: "pem", type: "spki" });
}

const store = await createTestAppStore();
const storeRoot = store.x5c[2] ?? "";
const appleRoot = Buffer.from(APPLE_ROOT_CA_G3).toString("base64");
const applePem = `-----BEGIN CERTIFICATE-----\n${appleRoot}\n-----END CERTIFICATE-----\n`;
const localPublisherKeyPem = publicPem();
const app = { bundleId: "com.example.yoga", appAppleId: 1, environments: { sandbox: {} } };

const read = (value: unknown, directory = "/nowhere"): Promise<RuntimeConfig> =>
  readRuntimeConfig(value, { directory, localPublisherKeyPem });

describe("readRuntimeConfig()", () => {
  test("gives one entry per app and environment, trusting Apple's root", async () => {
    const environments = { sandbox: {}, production: {} };
    const { apps, warnings } = await read({ apps: { a: app, b: { ...app, environments } } });
    expect(apps.map((entry) => `${entry.app} ${entry.environment}`)).toEqual([
      "a sandbox",
      "b sandbox",
      "b production",
    ]);
    expect(apps.map(({ trust }) => [trust.trusts(appleRoot), trust.trusts(storeRoot)])).toEqual(
      apps.map(() => [true, false]),
    );
    expect(warnings).toEqual([]);
  });

  test("takes the local publisher where an app names none, and the named one alone", async () => {
    const { apps } = await read({ apps: { a: app, b: { ...app, publisherKey: publicPem() } } });
    const [a, b] = apps.map(({ publishers }) => publishers.map(({ keyId }) => keyId));
    expect([a?.length, b?.length]).toEqual([1, 1]);
    expect(a).not.toEqual(b);
  });

  test("reads PEM inline and by a path from its own directory", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "root.pem"), store.rootPem);
    await writeFile(join(directory, "publisher.pem"), localPublisherKeyPem);
    const apps = {
      byPath: trusting("root.pem", "./publisher.pem"),
      byFullPath: trusting(join(directory, "root.pem"), join(directory, "publisher.pem")),
      inline: trusting(store.rootPem, localPublisherKeyPem),
    };
    const config = await read({ apps }, directory);
    expect(config.apps.map(({ trust }) => trust.trusts(storeRoot))).toEqual([true, true, true]);
    expect(new Set(config.apps.map(({ publishers }) => publishers[0]?.keyId)).size).toBe(1);
    expect(config.warnings).toEqual([]);
  });

  test("refuses production with another root than Apple's", async () => {
    const environments = { production: { trustedRoots: [store.rootPem] } };
    await expect(read({ apps: { yoga: { ...app, environments } } })).rejects.toMatchObject({
      code: "PRODUCTION_ROOT_REFUSED",
    });
  });

  test("allows it where that is said, with a warning", async () => {
    const environments = { production: { trustedRoots: [store.rootPem] } };
    const value = {
      apps: { yoga: { ...app, environments } },
      allowNonAppleProductionRoots: true,
    };
    const { apps, warnings } = await read(value);
    expect(apps[0]?.trust.trusts(storeRoot)).toBe(true);
    expect(warnings).toEqual(["yoga production trusts a root that is not Apple's"]);
  });

  test("takes Apple's own root in production for what it is", async () => {
    const environments = { production: { trustedRoots: [applePem] } };
    const { apps, warnings } = await read({ apps: { yoga: { ...app, environments } } });
    expect([apps.length, warnings]).toEqual([1, []]);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null, as of an empty file", null],
    ["a list", []],
    ["no apps", {}],
    ["an unknown field", { apps: {}, app: {} }],
    ["an app without a bundle id", { apps: { a: { ...app, bundleId: undefined } } }],
    ["an empty bundle id", { apps: { a: { ...app, bundleId: "" } } }],
    ["an appAppleId that is a text", { apps: { a: { ...app, appAppleId: "1" } } }],
    ["an appAppleId with a fraction", { apps: { a: { ...app, appAppleId: 1.5 } } }],
    ["a negative appAppleId", { apps: { a: { ...app, appAppleId: -1 } } }],
    ["an appAppleId beyond exact numbers", { apps: { a: { ...app, appAppleId: 2 ** 53 } } }],
    ["no environments", { apps: { a: { ...app, environments: undefined } } }],
    ["an unknown environment", { apps: { a: { ...app, environments: { Sandbox: {} } } } }],
    ["an environment that is null", { apps: { a: { ...app, environments: { sandbox: null } } } }],
    ["a misspelled field", { apps: { a: { ...app, publisherkey: "x" } } }],
    ["roots that are no list", { apps: { a: inSandbox({ trustedRoots: "root.pem" }) } }],
    ["a root that is a number", { apps: { a: inSandbox({ trustedRoots: [1] }) } }],
    ["an app id with a slash", { apps: { "a/b": app } }],
    ["an app id with a dot", { apps: { "a.b": app } }],
    ["an empty app id", { apps: { "": app } }],
    ["an app id of 65 characters", { apps: { ["a".repeat(65)]: app } }],
    ["an allowance that is a text", { apps: {}, allowNonAppleProductionRoots: "yes" }],
    ["a publisher key file that is not there", { apps: { a: { ...app, publisherKey: "x.pem" } } }],
    ["a root file that is not there", { apps: { a: inSandbox({ trustedRoots: ["x.pem"] }) } }],
    ["a root file that is a directory", { apps: { a: inSandbox({ trustedRoots: ["."] }) } }],
    ["a root of another kind", { apps: { a: inSandbox({ trustedRoots: [publicPem()] }) } }],
    ["a publisher key of another kind", { apps: { a: { ...app, publisherKey: store.rootPem } } }],
    ["a publisher key on P-384", { apps: { a: { ...app, publisherKey: publicPem("P-384") } } }],
    ["a publisher key that is no DER", { apps: { a: { ...app, publisherKey: pem("AAAA") } } }],
    ["a publisher key that is no base64", { apps: { a: { ...app, publisherKey: pem("*") } } }],
  ])("refuses %s with CONFIG_INVALID", async (_, value) => {
    await expect(read(value)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});

function trusting(trustedRoot: string, publisherKey: string) {
  return { ...app, publisherKey, environments: { sandbox: { trustedRoots: [trustedRoot] } } };
}

function inSandbox(sandbox: object): object {
  return { ...app, environments: { sandbox } };
}

function pem(content: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${content}\n-----END PUBLIC KEY-----\n`;
}
