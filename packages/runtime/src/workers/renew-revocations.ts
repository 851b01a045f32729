import type { TrustStore } from "@holdfast/appstore/signed-data";
import { webCryptography } from "../ports/web-cryptography.ts";
import type { Isolate } from "./isolate.ts";
import { configuredPlaces, openPlaceConfig } from "./worker-config.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { writeLog } from "./worker-log.ts";

/** Renews what is known of revocations, and logs what came of it. Never rejects. */
export async function renewRevocations(config: WorkerConfig, isolate: Isolate): Promise<void> {
  const stores = await trustStoresOf(config);
  const renewal = await isolate.revocations.renew({
    fetch: (input, init) => fetch(input, init),
    trust: { trusts: (certificate) => stores.some((store) => store.trusts(certificate)) },
  });
  const level = renewal.problems.length === 0 ? "info" : "error";
  writeLog({ level, message: "revocations renewed", fields: { ...renewal } });
}

/** What is trusted for any place; one that is misconfigured answers nothing and trusts nobody. */
async function trustStoresOf(config: WorkerConfig): Promise<readonly TrustStore[]> {
  const opened = await Promise.allSettled(
    configuredPlaces(config).map((place) => openPlaceConfig(config, place, webCryptography)),
  );
  return opened.flatMap((place) =>
    place.status === "fulfilled" ? (place.value?.config.trust ?? []) : [],
  );
}
