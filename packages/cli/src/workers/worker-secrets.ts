import { PolicyError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { requireSuccess, runWrangler } from "./run-wrangler.ts";

/** The Worker's secrets, by the names it knows them under. */
export const WORKER_SECRETS = {
  runtimeSecret: "HOLDFAST_RUNTIME_SECRET",
  runtimeToken: "HOLDFAST_RUNTIME_TOKEN",
} as const;

/**
 * Why a Worker is not deployed.
 *
 * - `WORKER_SECRET_MISSING`: it could open nothing that is published
 */
class WorkerNotReady extends PolicyError<"WORKER_SECRET_MISSING"> {}

/** What wrangler says of a Worker that is not there; it tells no code. Seen with wrangler 4.155. */
const WORKER_NOT_FOUND = /\bWorker "[^"]*" not found\b/;

/**
 * Returns the names of the secrets that are set; none where the Worker is not there yet.
 *
 * @param file - wrangler's configuration
 * @throws UpstreamError `WRANGLER_FAILED` with what wrangler said
 */
export async function listSecrets(file: string, io: Io): Promise<ReadonlySet<string>> {
  const words = ["secret", "list", "--format", "json", "--config", file];
  const call = { arguments: words, isShown: false };
  const end = await runWrangler(call, io);
  if (end.code !== 0 && WORKER_NOT_FOUND.test(end.said)) return new Set();
  requireSuccess(end, call);
  const names = end.stdout.matchAll(/"name":\s*"([^"]+)"/g);
  return new Set(Array.from(names, ([, name = ""]) => name));
}

/** @throws WorkerNotReady `WORKER_SECRET_MISSING` */
export function requireRuntimeSecret(secrets: ReadonlySet<string>): void {
  if (secrets.has(WORKER_SECRETS.runtimeSecret)) return;
  throw new WorkerNotReady(
    "WORKER_SECRET_MISSING",
    `expected the secret ${WORKER_SECRETS.runtimeSecret} at the Worker, without which it opens nothing that is published; set it: holdfast workers secrets`,
  );
}
