import { isChange } from "../plan/plan.ts";
import type { Plan, RealtimeUrlItem } from "../plan/plan.ts";
import type { ApplyRun, ChangeRealtimeUrl } from "./apply-run.ts";

/**
 * Publishes, if asked for, and then sets the URL Apple asks, if it is not as wanted. Both come last:
 * Apple asks from that moment on, so everything an answer can name has to be there and approved, and
 * the flow that answers live. With anything failed or rejected the URL is left out, with anything
 * that waits for Apple's approval it waits, too.
 */
export async function goLive(run: ApplyRun): Promise<void> {
  const { plan, log, publish } = run;
  const url = changeOfUrl(plan);
  if (log.hasFailures || plan.problems.length > 0) {
    return url && log.skip(url, "not everything Apple would be told to show could be done");
  }
  if (log.hasWaiting) return url && log.wait(url);
  log.assertNotInterrupted();
  await publish?.();
  if (url !== undefined) await setRealtimeUrl(run, url);
}

async function setRealtimeUrl(run: ApplyRun, item: RealtimeUrlItem): Promise<void> {
  const { log, client, signal, changeRealtimeUrl = onlyMake } = run;
  await log.attempt(item, () =>
    changeRealtimeUrl({ from: item.before, to: item.url }, async () => {
      await client.configureRealtimeUrl(item.url, { signal });
    }),
  );
}

function changeOfUrl({ items }: Plan): RealtimeUrlItem | undefined {
  const item = items.find(({ kind }) => kind === "realtimeUrl");
  return item?.kind === "realtimeUrl" && isChange(item) ? item : undefined;
}

const onlyMake: ChangeRealtimeUrl = (_change, make) => make();
