import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseCertificatePem, parsePublicKeyPem } from "@holdfast/appstore/crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { z } from "zod";
import type { AppConfig } from "../publications/app-config.ts";
import { createAppTrust, importAppPublisher } from "../publications/app-trust.ts";
import { nodeCryptography } from "./node-cryptography.ts";

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
  /** The publisher of apps that name none: PEM; without one, naming none is an error. */
  readonly localPublisherKeyPem?: string | undefined;
}

/** A runtime's configuration with every file it names read in: plain JSON, which can be sent elsewhere. */
export interface InlineRuntimeConfig {
  readonly apps: Readonly<Record<string, InlineApp>>;
  readonly allowNonAppleProductionRoots: boolean;
}

interface InlineApp {
  readonly bundleId: string;
  readonly appAppleId: number;
  /** PEM. */
  readonly publisherKey: string;
  readonly environments: Readonly<Partial<Record<FlowEnvironment, InlineEnvironment>>>;
}

interface InlineEnvironment {
  /** PEM. */
  readonly trustedRoots: readonly string[];
}

/**
 * Reads a runtime's configuration.
 *
 * @param value - the parsed document
 * @throws UsageError `CONFIG_INVALID`, `PRODUCTION_ROOT_REFUSED`
 */
export async function readRuntimeConfig(
  value: unknown,
  means: ConfigMeans,
): Promise<RuntimeConfig> {
  return openConfig(await readFilesOf(value, means));
}

/**
 * Reads a runtime's configuration and the files it names, for a runtime that has no files. Whatever
 * {@link readRuntimeConfig} refuses is refused.
 *
 * @param value - the parsed document
 * @throws UsageError `CONFIG_INVALID`, `PRODUCTION_ROOT_REFUSED`
 */
export async function readInlineConfig(
  value: unknown,
  means: ConfigMeans,
): Promise<{ readonly config: InlineRuntimeConfig; readonly warnings: readonly string[] }> {
  const config = await readFilesOf(value, means);
  const { warnings } = await openConfig(config);
  return { config: withoutSurroundings(config), warnings };
}

/** Beside a public key or a certificate a file can hold what is nobody else's business, like a private key. */
function withoutSurroundings(config: InlineRuntimeConfig): InlineRuntimeConfig {
  const apps = Object.entries(config.apps).map(([id, { environments, ...app }]) => {
    const { sandbox, production } = environments;
    return [
      id,
      {
        ...app,
        publisherKey: pemOf("PUBLIC KEY", parsePublicKeyPem(app.publisherKey)),
        environments: {
          ...(sandbox && { sandbox: rootsAlone(sandbox) }),
          ...(production && { production: rootsAlone(production) }),
        },
      },
    ] as const;
  });
  return { ...config, apps: Object.fromEntries(apps) };
}

function rootsAlone({ trustedRoots }: InlineEnvironment): InlineEnvironment {
  return {
    trustedRoots: trustedRoots.map((pem) => pemOf("CERTIFICATE", parseCertificatePem(pem))),
  };
}

/** RFC 7468: 64 characters a line. */
function pemOf(label: string, der: Bytes): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

async function readFilesOf(value: unknown, means: ConfigMeans): Promise<InlineRuntimeConfig> {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    throw new UsageError("CONFIG_INVALID", `the configuration:\n${z.prettifyError(parsed.error)}`);
  }
  const { allowNonAppleProductionRoots } = parsed.data;
  const apps: Record<string, InlineApp> = {};
  for (const [app, { publisherKey, environments, ...rest }] of Object.entries(parsed.data.apps)) {
    const { sandbox, production } = environments;
    apps[app] = {
      ...rest,
      publisherKey: await pemText(publisherKey ?? localKeyOf(app, means), means.directory),
      environments: {
        ...(sandbox && { sandbox: await readRootsOf(sandbox, means) }),
        ...(production && { production: await readRootsOf(production, means) }),
      },
    };
  }
  return { apps, allowNonAppleProductionRoots };
}

function localKeyOf(app: string, { localPublisherKeyPem }: ConfigMeans): string {
  if (localPublisherKeyPem !== undefined) return localPublisherKeyPem;
  throw new UsageError(
    "CONFIG_INVALID",
    `${app} publisherKey: expected the public key of whoever publishes, as \`holdfast runtimes config\` writes it; or publish from here, with --data or HOLDFAST_PUBLISHER_KEY`,
  );
}

async function readRootsOf(
  { trustedRoots }: InlineEnvironment,
  { directory }: ConfigMeans,
): Promise<InlineEnvironment> {
  return { trustedRoots: await Promise.all(trustedRoots.map((root) => pemText(root, directory))) };
}

async function openConfig(config: InlineRuntimeConfig): Promise<RuntimeConfig> {
  const apps: AppConfig[] = [];
  const warnings: string[] = [];
  for (const [app, { bundleId, appAppleId, publisherKey, environments }] of Object.entries(
    config.apps,
  )) {
    const publishers = [await importAppPublisher(app, publisherKey, nodeCryptography)];
    for (const environment of ["sandbox", "production"] as const) {
      const settings = environments[environment];
      if (settings === undefined) continue;
      const { allowNonAppleProductionRoots } = config;
      const { trustedRoots } = settings;
      const roots = { trustedRoots, allowNonAppleProductionRoots };
      const { trust, warning } = createAppTrust(app, environment, roots);
      if (warning !== undefined) warnings.push(warning);
      apps.push({ app, environment, bundleId, appAppleId, publishers, trust });
    }
  }
  return { apps, warnings };
}

async function pemText(pemOrPath: string, directory: string): Promise<string> {
  if (pemOrPath.includes("-----BEGIN")) return pemOrPath;
  try {
    return await readFile(resolve(directory, pemOrPath), "utf8");
  } catch (cause) {
    throw new UsageError("CONFIG_INVALID", `${pemOrPath}: the file cannot be read`, { cause });
  }
}
