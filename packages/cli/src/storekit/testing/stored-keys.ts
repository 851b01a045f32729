import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import type { FakeIo } from "../../testing/fake-io.ts";

/** A key that was generated for a test, in a file below the working directory. */
export interface TestKey {
  readonly keyId: string;
  readonly issuerId: string;
  /** PEM. */
  readonly privateKey: string;
  /** Absolute. */
  readonly path: string;
}

/** Writes a new key's file. */
export async function writeTestKey(io: FakeIo, name = "key.p8"): Promise<TestKey> {
  const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
  const path = join(io.cwd, name);
  await writeFile(path, privateKey, { mode: 0o600 });
  return { keyId, issuerId, privateKey, path };
}

/** Returns the parts of a private key that must never be shown: each line of its Base64. */
export function keyMaterialOf(privateKey: string): readonly string[] {
  return privateKey.split("\n").filter((line) => line.length > 16 && !line.startsWith("-----"));
}

/** One key of a configuration file, by what is special about it. */
export interface ConfigEntry {
  readonly name: string;
  readonly keyId?: string;
  readonly path?: string;
}

/** Writes a configuration file of the shape that `asc` has, too. */
export async function writeConfig(
  path: string,
  entries: readonly ConfigEntry[],
  more: { readonly defaultKeyName?: string; readonly others?: object } = {},
): Promise<void> {
  const storekit = {
    ...(more.defaultKeyName === undefined ? {} : { default_key_name: more.defaultKeyName }),
    keys: entries.map(({ name, keyId = `ID_${name}`, path: keyPath = "/none/key.p8" }) => ({
      name,
      key_id: keyId,
      issuer_id: "57246542-96fe-1a63-e053-0824d011072a",
      private_key_path: keyPath,
      bundle_id: "com.example.app",
    })),
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, JSON.stringify({ ...more.others, storekit }), { mode: 0o600 });
}

/** Reads a JSON file. */
export async function readJsonFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  // Tests write objects only.
  return JSON.parse(await readFile(path, "utf8")) as Readonly<Record<string, unknown>>;
}
