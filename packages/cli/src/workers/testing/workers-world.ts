import { generateKeyPairSync, randomBytes } from "node:crypto";
import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import type { Io } from "../../command.ts";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { copyYoga, writeFiles } from "../../testing/run.ts";

/** A project of the yoga app beside a Cloudflare of its own. */
export interface WorkersWorld {
  readonly io: FakeIo;
  readonly cloudflare: LocalCloudflare;
  readonly namespaceId: string;
  /** What whoever publishes from a pipeline has in its variables. */
  readonly secrets: WorkerSecretVariables;
  /** Another outside world with the same files and Cloudflare; variables that are given replace those of the first. */
  openIo(overrides?: Partial<Pick<Io, "env" | "fetch" | "now">>): Promise<FakeIo>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Secrets as variables. */
export interface WorkerSecretVariables {
  readonly HOLDFAST_PUBLISHER_KEY: string;
  readonly HOLDFAST_PSEUDONYM_KEY: string;
  readonly HOLDFAST_RUNTIME_SECRET: string;
}

/** Makes secrets of a publisher. */
export function makeSecrets(): WorkerSecretVariables {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    HOLDFAST_PUBLISHER_KEY: privateKey.export({ format: "pem", type: "pkcs8" }),
    HOLDFAST_PSEUDONYM_KEY: randomBytes(32).toString("base64"),
    HOLDFAST_RUNTIME_SECRET: randomBytes(32).toString("base64"),
  };
}

/** The apps of a runtime's configuration; whoever publishes here is their publisher. */
export const CONFIG = `apps:
  yoga:
    bundleId: com.example.yoga
    appAppleId: 6745974592
    environments: { sandbox: {} }
`;

/** Starts a Cloudflare, and makes a project whose wrangler configuration and variables name it. */
export async function startWorkersWorld(): Promise<WorkersWorld> {
  const cloudflare = await startCloudflare();
  const namespaceId = cloudflare.addNamespace("holdfast");
  const secrets = makeSecrets();
  const env = {
    ...secrets,
    CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
    HOLDFAST_CLOUDFLARE_API_URL: cloudflare.apiUrl,
    PATH: process.env["PATH"],
  };
  const io = await createFakeIo({ env });
  await copyYoga(io);
  await writeFiles(io, {
    "holdfast.yaml": CONFIG,
    "deploy/workers/wrangler.jsonc": wranglerConfig(cloudflare.accountId, namespaceId),
  });
  return {
    io,
    cloudflare,
    namespaceId,
    secrets,
    openIo: (overrides = {}) =>
      createFakeIo({ ...overrides, cwd: io.cwd, env: { ...env, ...overrides.env } }),
    async [Symbol.asyncDispose]() {
      await io[Symbol.asyncDispose]();
      await cloudflare.close();
    },
  };
}

function wranglerConfig(accountId: string, namespaceId: string): string {
  return `// A Worker of a test.
{
  "name": "holdfast",
  "account_id": "${accountId}",
  "main": "build/worker.js",
  "no_bundle": true,
  "compatibility_date": "2026-10-01",
  "kv_namespaces": [{ "binding": "HOLDFAST_KV", "id": "${namespaceId}" }],
  "secrets": { "required": ["HOLDFAST_RUNTIME_SECRET"] },
  "send_metrics": false,
}
`;
}
