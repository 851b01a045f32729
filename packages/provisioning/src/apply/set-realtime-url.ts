import { isChange } from "../plan/plan.ts";
import type { RealtimeUrlItem } from "../plan/plan.ts";
import { recordUrlChange, recordUrlRead, recordUrlWritten } from "../state/record-url.ts";
import type { ApplyRun } from "./apply-run.ts";

/** Sets the URL Apple asks, if it is not as wanted; what it was before is remembered first. */
export async function setRealtimeUrl(run: ApplyRun): Promise<void> {
  const { plan, log, state, now } = run;
  const item = plan.items.find(({ kind }) => kind === "realtimeUrl");
  if (item?.kind !== "realtimeUrl") return;
  await state.update((before) => recordUrlRead(before, item.before, now()));
  if (isChange(item)) await log.attempt(item, () => setUrl(run, item));
}

async function setUrl(
  { client, state, now, signal }: ApplyRun,
  { url, before: old }: RealtimeUrlItem,
): Promise<void> {
  await state.update((before) => recordUrlChange(before, { old, new: url, at: now() }));
  await client.configureRealtimeUrl(url, { signal });
  await state.update((before) => recordUrlWritten(before, url, now()));
}
