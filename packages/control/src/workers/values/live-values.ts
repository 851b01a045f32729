import { encodeHex } from "@holdfast/appstore/crypto";
import { liveKey } from "@holdfast/runtime/wire";
import { readLiveValue } from "../../distribution/index.ts";
import { listActiveInAppPurchaseKeys } from "../../keys/index.ts";
import { liveSequences } from "../../publishing/publications.ts";
import type { WorkersMeans } from "../workers-means.ts";
import { unlessGone } from "./unless-gone.ts";
import type { ValueKind } from "./value-kind.ts";

/**
 * Lists live values: publication, snapshot and the keys sealed for runtimes. A new one is due with each
 * publication, with another key that signs, and with another runtime secret, under which the keys are sealed.
 */
export const liveValues: ValueKind = async (queries, means, app) => {
  const live = await liveSequences(queries, app);
  const keys = await listActiveInAppPurchaseKeys(queries, app);
  const keyOf = new Map(keys.map((key) => [key.app, key.name]));
  const secret = await nameOfSecret(means);
  return live.map(({ app: of, environment, sequence }) => {
    const place = { app: of, environment };
    return {
      app: of,
      environment,
      kind: "live",
      key: liveKey(place),
      tag: [sequence, keyOf.get(of) ?? "none", secret].join(" "),
      sequence,
      async read() {
        const found = await unlessGone(readLiveValue(means, place));
        return found && JSON.stringify(found.value);
      },
    };
  });
};

/** Tells runtime secrets apart, and nothing else of them. */
async function nameOfSecret({ runtimeKeys }: WorkersMeans): Promise<string> {
  const mac = await runtimeKeys.revocationRecords.mac(new TextEncoder().encode("name of a secret"));
  return encodeHex(mac.subarray(0, 8));
}
