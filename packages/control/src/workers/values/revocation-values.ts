import { createHash } from "node:crypto";
import {
  mergeRevocations,
  readRevocationList,
  REVOCATIONS_KEY,
  writeRevocationList,
} from "@holdfast/runtime/wire";
import { readKnownRevocations } from "../../revocations/index.ts";
import { listTargets } from "../target.ts";
import type { ValueKind } from "./value-kind.ts";

/**
 * Lists revocation records: the same for all apps, in the namespace of each. What Workers found out by
 * themselves, of chains nobody told the control plane of, stays beside them.
 */
export const revocationValues: ValueKind = async (queries, means, app) => {
  const records = await readKnownRevocations(queries);
  if (records.length === 0) return [];
  // What was said and not when: the clocks of two controls may differ.
  const tag = createHash("sha256").update(JSON.stringify(records)).digest("hex").slice(0, 32);
  const { revocationRecords: key } = means.runtimeKeys;
  const targets = await listTargets(queries);
  return targets
    .filter((target) => app === undefined || target.app === app)
    .map((target) => ({
      app: target.app,
      kind: "revocations",
      environment: "both",
      key: REVOCATIONS_KEY,
      tag,
      // Nothing goes over something newer, for it takes over what is there.
      sequence: 0,
      async read(readFound) {
        const known = await readKnownRevocations(queries);
        const there = await readRevocationList((await readFound()) ?? "", key);
        const merged = mergeRevocations([...there.records, ...known], means.now());
        return writeRevocationList([...merged.values()], key);
      },
    }));
};
