import { liveKey, stopListKey, subscriberKey } from "@holdfast/runtime/wire";
import { bundleWorker, checkWorkerBundle, startWorkerd } from "@holdfast/runtime/workers-tools";
import type { PublishedText } from "./contract-app.ts";
import { startContractControl } from "./contract-control.ts";
import { endingOf } from "./contract-host.ts";
import type { ContractHost, ContractHostOptions, Ending } from "./contract-host.ts";
import { startContractKv } from "./contract-kv.ts";
import { MOVE_CLOCK_PATH, withMovableClock } from "./movable-clock.ts";

/** Returns where a Worker finds a value. */
export function keyOf({ app, what }: PublishedText): string {
  const place = { app, environment: "sandbox" } as const;
  return what === "live" ? liveKey(place) : stopListKey(place);
}

/** Starts the Worker in the real workerd, with a namespace and a control plane of a few lines. */
export async function startWorkerdContractHost({
  app,
  values,
}: ContractHostOptions): Promise<ContractHost> {
  const bundle = await bundleWorker(app.config);
  checkWorkerBundle(bundle);
  const [kv, control] = [await startContractKv(), await startContractControl()];
  const put = (value: PublishedText): Promise<void> => kv.write(keyOf(value), value.text);
  for (const value of values) await put(value);
  const endings: Ending[] = [];
  const workerd = await startWorkerd({
    code: withMovableClock(bundle.code),
    kvUrl: kv.url,
    bindings: {
      HOLDFAST_RUNTIME_SECRET: app.runtimeSecret,
      HOLDFAST_CONTROL_URL: control.url,
      HOLDFAST_RUNTIME_TOKEN: control.token,
    },
    onLine(line) {
      const ending = endingOf(line);
      if (ending !== undefined) endings.push(ending);
    },
  });
  return {
    url: workerd.url,
    async put(value) {
      await put(value);
      await fetch(workerd.url + MOVE_CLOCK_PATH);
    },
    async keepState(pseudonym, state, id = "test") {
      const key = subscriberKey({ app: id, environment: "sandbox" }, pseudonym);
      if (typeof state === "string") kv.faults.set(key, state);
      else await kv.write(key, JSON.stringify(state));
    },
    decisions: async () => control.decisions,
    endings: () => endings,
    async close() {
      await workerd.stop();
      await Promise.all([kv.close(), control.close()]);
    },
  };
}
