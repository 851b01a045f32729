import { randomBytes } from "node:crypto";
import type { Emulator } from "@holdfast/emulator";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import type { RequestReport } from "../../http/index.ts";
import { CHEAP_PASSWORDS, createTestCalls, PUBLIC_URL } from "../../http/testing/test-control.ts";
import type { TestCalls } from "../../http/testing/test-control.ts";
import { createKeyring } from "../../secrets/index.ts";
import { openStorageDatabase } from "../../storage/open-database.ts";
import type { StorageDatabase } from "../../storage/create-database.ts";
import type { DatabaseOptions } from "../../storage/open-database.ts";
import { createControl } from "../create-control.ts";

/** Nothing listens on the discard port, so whatever asks Apple or Cloudflare gets no answer. */
const NOWHERE = "http://127.0.0.1:9";

/** A control plane whole, as it is served, on a real database; nobody starts its jobs. */
export interface WholeControl extends TestCalls {
  readonly database: StorageDatabase;
  /** The reports of requests that ended as INTERNAL. */
  readonly defects: readonly RequestReport[];
  readonly close: () => Promise<void>;
}

/** What a control plane is opened with beside its database. */
export interface WholeControlOptions {
  /** In Apple's place; without one nothing of Apple answers. */
  readonly emulator?: Pick<Emulator, "credentials"> | undefined;
  /** In Cloudflare's place; without one nothing of Cloudflare answers. */
  readonly cloudflare?: { readonly apiUrl: string } | undefined;
  /** Default: a new one. */
  readonly masterKey?: Uint8Array<ArrayBuffer>;
}

/** Opens a control plane whole, to be closed by whoever opened it. */
export async function openWholeControl(
  place: DatabaseOptions,
  {
    emulator,
    cloudflare = { apiUrl: NOWHERE },
    masterKey = new Uint8Array(randomBytes(32)),
  }: WholeControlOptions = {},
): Promise<WholeControl> {
  const database = await openStorageDatabase(place);
  const defects: RequestReport[] = [];
  const control = await createControl({
    database,
    keyring: await createKeyring({ current: masterKey, previous: [] }),
    runtimeKeys: await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography),
    publicUrl: PUBLIC_URL,
    release: "0.0.0-test",
    passwordCost: CHEAP_PASSWORDS,
    appleHosts: hostsOf(emulator),
    cloudflareApiUrl: cloudflare.apiUrl,
    onReport: (report) => {
      if (report.code === "INTERNAL") defects.push(report);
    },
  });
  return {
    ...createTestCalls(control),
    database,
    defects,
    async close() {
      await control.close();
      await database.close();
    },
  };
}

function hostsOf(emulator: Pick<Emulator, "credentials"> | undefined) {
  if (emulator === undefined) return { connect: NOWHERE, sandbox: NOWHERE, production: NOWHERE };
  const { connectBaseUrl, sandboxBaseUrl, productionBaseUrl } = emulator.credentials("yoga");
  return { connect: connectBaseUrl, sandbox: sandboxBaseUrl, production: productionBaseUrl };
}
