import { CodedError } from "@holdfast/appstore/errors";
import { openIsolate } from "./isolate.ts";
import type { Isolate } from "./isolate.ts";
import type { WorkerEnv } from "./platform.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { writeLog } from "./worker-log.ts";

/** There is none, for the settings lack something. */
interface Misconfigured {
  /** What they lack, for people. */
  readonly reason: string;
}

/** Holds the shared part of the isolate that this code runs in. */
export interface Isolates {
  /** Returns it, made for these settings: at once where it is there. Never rejects. */
  of(env: WorkerEnv): Isolate | Promise<Isolate | Misconfigured>;
  /**
   * {@link Isolates.of}, for events that have no answer.
   *
   * @throws UsageError as {@link openIsolate} does
   */
  open(env: WorkerEnv): Promise<Isolate>;
}

/**
 * Returns what holds it. An isolate can outlive a change of variables, secrets and bindings
 * (developers.cloudflare.com/workers/runtime-apis/bindings): what was derived from others is then made anew, and
 * bindings are always those of the newest invocation.
 */
export function createIsolates(config: WorkerConfig): Isolates {
  let newest: WorkerEnv = {};
  let current: { readonly settings: string; readonly isolate: Isolate } | undefined;

  async function open(env: WorkerEnv): Promise<Isolate> {
    newest = env;
    const settings = settingsOf(env);
    if (current?.settings === settings) return current.isolate;
    const isolate = await openIsolate(config, () => newest);
    // Another request may have been faster.
    if (current?.settings !== settings) current = { settings, isolate };
    return current.isolate;
  }

  return {
    open,
    of(env) {
      if (env === newest && current !== undefined) return current.isolate;
      return open(env).catch(describe);
    },
  };
}

/** What of the settings an isolate is made of; it stays in memory, where they are anyway. */
function settingsOf(env: WorkerEnv): string {
  return JSON.stringify([
    env.HOLDFAST_RUNTIME_SECRET,
    env.HOLDFAST_CONTROL_URL,
    env.HOLDFAST_RUNTIME_TOKEN,
    env.HOLDFAST_LOOKUP_MS,
    env.HOLDFAST_LOG_LEVEL,
    env.HOLDFAST_DECISIONS !== undefined,
    env.HOLDFAST_KV !== undefined,
  ]);
}

function describe(error: unknown): Misconfigured {
  const reason = error instanceof CodedError ? error.message : "an internal error";
  writeLog({ level: "error", message: "misconfigured", fields: { error: reason } });
  return { reason };
}
