import { isChange } from "../plan/plan.ts";
import type { Plan, RealtimeUrlItem } from "../plan/plan.ts";
import type { ApplyRun, ChangeRealtimeUrl } from "./apply-run.ts";

/**
 * Publishes, if asked for, and then sets the URL Apple asks, if it is not as wanted. Both come last:
 * Apple asks from that moment on, so everything an answer can name has to be there and approved, and
 * the flow that answers live. With anything failed or rejected the URL is left out, with anything
 * that waits for Apple's approval it waits, too; unless what is approved is published before the rest.
 */
export async function goLive(run: ApplyRun): Promise<void> {
  const { plan, log, publish } = run;
  const url = changeOfUrl(plan);
  if (isKeptFromGoingLive(run)) {
    return url && log.skip(url, "not everything Apple would be told to show could be done");
  }
  const isWaiting = log.hasWaiting;
  if (isWaiting && run.beforeApproval !== "publish") return url && log.wait(url);
  log.assertNotInterrupted();
  if (publish !== undefined) {
    await log.begin("publish");
    if (!(await publish({ isWaiting }))) return url && log.wait(url);
  }
  if (url === undefined) return;
  await log.begin("realtimeUrl");
  await setRealtimeUrl(run, url);
}

/** What was rejected is compiled out of what is published; what failed might be there the next time. */
function isKeptFromGoingLive({ plan, log, beforeApproval }: ApplyRun): boolean {
  if (beforeApproval === "publish") return log.hasFailed;
  return log.hasFailures || plan.problems.length > 0;
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
