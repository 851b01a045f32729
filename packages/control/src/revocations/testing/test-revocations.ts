import {
  createSignedDataVerifier,
  createTrustStore,
  parseSignedData,
} from "@holdfast/appstore/signed-data";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { Emulator } from "@holdfast/emulator";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import { createAppsFeature } from "../../apps/index.ts";
import { createTestControl, createTestKeyring } from "../../apps/testing/test-control.ts";
import type { TestControl } from "../../apps/testing/test-control.ts";
import type { Database } from "../../storage/index.ts";
import { askDueChains } from "../ask-chains.ts";
import { readKnownRevocations } from "../revocation-chains.ts";
import type { KnownRevocation } from "../revocation-chains.ts";
import { createRevocationGuard } from "../revocation-guard.ts";
import type { RevocationGuard } from "../revocation-guard.ts";
import { createRevocationsFeature } from "../revocations-feature.ts";

/** A control plane with an app that trusts a local App Store, and asks its responder. */
export interface TestRevocations {
  readonly database: Database;
  readonly runtimeKeys: RuntimeKeys;
  readonly guard: RevocationGuard;
  readonly verifier: SignedDataVerifier;
  /** How much later than now it is, ms. */
  readonly clock: { aheadMs: number };
  readonly problems: readonly unknown[];
  /** Calls operations as a runtime. */
  readonly call: TestControl["call"];
  /** Verifies what the local App Store signed, as everything in a control plane does. */
  verify(signedPayload: string): Promise<void>;
  /** Does what the job does, once. */
  ask(fetchFrom?: typeof fetch, allowPrivateNetworks?: boolean): Promise<void>;
  records(): Promise<readonly KnownRevocation[]>;
  row(): Promise<Readonly<Record<string, unknown>>>;
}

/** Opens one; a second one on the same database is a replica of the first. */
export async function openTestRevocations(
  database: Database,
  emulator: Emulator,
  { isReplica = false }: { readonly isReplica?: boolean } = {},
): Promise<TestRevocations> {
  const clock = { aheadMs: 0 };
  const now = (): number => Date.now() + clock.aheadMs;
  const problems: unknown[] = [];
  const guard = createRevocationGuard({
    database,
    now,
    onProblem: (problem) => problems.push(problem),
  });
  const verifier = guard.guard(createSignedDataVerifier());
  const runtimeKeys = await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography);
  if (!isReplica) await addApp(database, emulator);
  const trust = createTrustStore([Uint8Array.from(emulator.rootCertificateDer)]);
  const features = [createRevocationsFeature({ database, runtimeKeys })];
  const control = createTestControl({ database, features }, { role: "runtime", now });
  return {
    database,
    runtimeKeys,
    guard,
    verifier,
    clock,
    problems,
    call: (...request) => control.call(...request),
    async verify(signedPayload) {
      await verifier.verify(parseSignedData(signedPayload), { trust, validAt: Date.now() });
      await guard.idle();
    },
    ask: (fetchFrom = fetch, allowPrivateNetworks = true) =>
      askDueChains(
        { database, now, fetch: fetchFrom, allowPrivateNetworks },
        new AbortController().signal,
      ),
    records: () => readKnownRevocations(database.queries),
    row: () =>
      database.queries.selectFrom("revocation_chains").selectAll().executeTakeFirstOrThrow(),
  };
}

async function addApp(database: Database, emulator: Emulator): Promise<void> {
  const dependents = { liveEnvironments: () => Promise.resolve([]), deletions: [] };
  const keyring = await createTestKeyring();
  const features = [createAppsFeature({ database, keyring, dependents })];
  const { bundleId, appAppleId } = emulator.credentials("yoga");
  const environments = { sandbox: { trustedRoots: [emulator.rootCertificatePem] } };
  const app = { id: "yoga", name: "Yoga", bundleId, appAppleId, environments };
  await createTestControl({ database, features }).call("POST /v1/apps", app);
}
