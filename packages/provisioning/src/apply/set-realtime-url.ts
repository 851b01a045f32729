import { isChange } from "../plan/plan.ts";
import type { ApplyRun, ChangeRealtimeUrl } from "./apply-run.ts";

/** Sets the URL Apple asks, if it is not as wanted. */
export async function setRealtimeUrl(run: ApplyRun): Promise<void> {
  const { plan, log, client, signal, changeRealtimeUrl = onlyMake } = run;
  const item = plan.items.find(({ kind }) => kind === "realtimeUrl");
  if (item?.kind !== "realtimeUrl" || !isChange(item)) return;
  await log.attempt(item, () =>
    changeRealtimeUrl({ from: item.before, to: item.url }, async () => {
      await client.configureRealtimeUrl(item.url, { signal });
    }),
  );
}

const onlyMake: ChangeRealtimeUrl = (_change, make) => make();
