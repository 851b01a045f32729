import { UsageError } from "@holdfast/appstore/errors";
import type { WorkerBundle } from "./bundle-worker.ts";
import { nodeGlobalsIn } from "./node-globals.ts";

/** What a Worker is made of: ARCHITECTURE.md's list, a folder a subject. */
const MAY_HOLD = [
  "appstore/src/crypto/",
  "appstore/src/errors/",
  "appstore/src/http/read-body.ts",
  "appstore/src/revocation/",
  "appstore/src/signatures/",
  "appstore/src/signed-data/",
  "flow/src/evaluate/",
  "flow/src/snapshot/",
  "runtime/src/answer/",
  "runtime/src/control-link/",
  "runtime/src/keys/",
  "runtime/src/ports/",
  "runtime/src/publications/",
  "runtime/src/wire/",
  "runtime/src/workers/",
];

/**
 * Checks that a Worker holds nothing but what answers: no other room, no dependency, no Node API.
 *
 * @throws UsageError `WORKER_BUNDLE_INVALID` naming what does not belong there
 */
export function checkWorkerBundle({ inputs, imports, code }: WorkerBundle): void {
  const strangers = [
    ...inputs.filter((input) => !MAY_HOLD.some((folder) => input.startsWith(folder))),
    // The platform's own modules too: nothing of them is needed.
    ...imports,
    ...nodeGlobalsIn(code),
  ];
  if (strangers.length === 0) return;
  throw new UsageError(
    "WORKER_BUNDLE_INVALID",
    `a Worker may hold the runtime's core alone, and no Node API; found ${strangers.join(", ")}`,
  );
}
