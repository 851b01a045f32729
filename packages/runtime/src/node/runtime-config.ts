import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseCertificatePem, parsePublicKeyPem } from "@holdfast/appstore/crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import { APPLE_ROOT_CA_G3, createTrustStore } from "@holdfast/appstore/signed-data";
import { z } from "zod";
import type { AppConfig } from "../publications/app-config.ts";
import { importPublisherPublicKey } from "../wire/publisher.ts";
import type { PublisherPublicKey } from "../wire/publisher.ts";
import { nodeCryptography } from "./node-cryptography.ts";

const APPLE_ROOT = Buffer.from(APPLE_ROOT_CA_G3);

const environmentSchema = z
  .strictObject({
    trustedRoots: z
      .array(z.string())
      .default([])
      .describe("Roots beside Apple's: PEM, or the path of a PEM file"),
  })
  .describe("One environment; an empty object is enough");

const appSchema = z.strictObject({
  bundleId: z.string().min(1).describe("The app's bundle identifier"),
  appAppleId: z.number().int().positive().describe("The app's id in the App Store"),
  publisherKey: z
    .string()
    .optional()
    .describe(
      "The publisher's public key: PEM (SubjectPublicKeyInfo), or the path of a PEM file; by default the publisher on this machine",
    ),
  environments: z
    .strictObject({
      sandbox: environmentSchema.optional(),
      production: environmentSchema.optional(),
    })
    .describe("Which environments are answered for"),
});

const configSchema = z.strictObject({
  apps: z
    .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, _ and -"), appSchema)
    .describe("By our id of the app, the one in the URL"),
  allowNonAppleProductionRoots: z
    .boolean()
    .default(false)
    .describe("Lets a production environment trust a root that is not Apple's; for trying things"),
});

/** A runtime's configuration as it is written. */
export type RuntimeConfigInput = z.input<typeof configSchema>;

/** A runtime's configuration, read. */
export interface RuntimeConfig {
  readonly apps: readonly AppConfig[];
  /** What health should say about it. */
  readonly warnings: readonly string[];
}

/** What a configuration is read with. */
export interface ConfigMeans {
  /** What relative paths start from. */
  readonly directory: string;
  /** The publisher of apps that name none: PEM. */
  readonly localPublisherKeyPem: string;
}

/**
 * Reads a runtime's configuration.
 *
 * @param value - the parsed document
 * @throws UsageError `CONFIG_INVALID`, `PRODUCTION_ROOT_REFUSED`
 */
export async function readRuntimeConfig(
  value: unknown,
  { directory, localPublisherKeyPem }: ConfigMeans,
): Promise<RuntimeConfig> {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    throw new UsageError("CONFIG_INVALID", `the configuration:\n${z.prettifyError(parsed.error)}`);
  }
  const apps: AppConfig[] = [];
  const warnings: string[] = [];
  for (const [app, config] of Object.entries(parsed.data.apps)) {
    const publisherKey = config.publisherKey ?? localPublisherKeyPem;
    const publishers = [await readPublisherKey(app, publisherKey, directory)];
    const { bundleId, appAppleId } = config;
    for (const environment of ["sandbox", "production"] as const) {
      const settings = config.environments[environment];
      if (settings === undefined) continue;
      const extra = await readRoots(`${app} ${environment}`, settings.trustedRoots, directory);
      if (environment === "production" && extra.length > 0) {
        checkProductionRoots(app, parsed.data.allowNonAppleProductionRoots);
        warnings.push(`${app} production trusts a root that is not Apple's`);
      }
      const trust = createTrustStore([APPLE_ROOT_CA_G3, ...extra]);
      apps.push({ app, environment, bundleId, appAppleId, publishers, trust });
    }
  }
  return { apps, warnings };
}

function checkProductionRoots(app: string, allowed: boolean): void {
  if (allowed) return;
  throw new UsageError(
    "PRODUCTION_ROOT_REFUSED",
    `${app} production: trusts a root that is not Apple's, so anyone with its key could speak as the App Store; ` +
      "remove trustedRoots, or set allowNonAppleProductionRoots: true where that is meant",
  );
}

async function readPublisherKey(
  app: string,
  pemOrPath: string,
  directory: string,
): Promise<PublisherPublicKey> {
  const pem = await pemText(pemOrPath, directory);
  try {
    return await importPublisherPublicKey(parsePublicKeyPem(pem), nodeCryptography);
  } catch (cause) {
    const message = `${app} publisherKey: expected a P-256 public key in PEM`;
    throw new UsageError("CONFIG_INVALID", message, { cause });
  }
}

/** Reads roots beside Apple's; Apple's own is trusted anyway and left out. */
async function readRoots(
  place: string,
  roots: readonly string[],
  directory: string,
): Promise<readonly Bytes[]> {
  const read = roots.map(async (root) => readRoot(place, await pemText(root, directory)));
  return (await Promise.all(read)).filter((der) => !APPLE_ROOT.equals(der));
}

function readRoot(place: string, pem: string): Bytes {
  try {
    return parseCertificatePem(pem);
  } catch (cause) {
    const message = `${place} trustedRoots: expected certificates in PEM`;
    throw new UsageError("CONFIG_INVALID", message, { cause });
  }
}

async function pemText(pemOrPath: string, directory: string): Promise<string> {
  if (pemOrPath.includes("-----BEGIN")) return pemOrPath;
  try {
    return await readFile(resolve(directory, pemOrPath), "utf8");
  } catch (cause) {
    throw new UsageError("CONFIG_INVALID", `${pemOrPath}: the file cannot be read`, { cause });
  }
}
