import type { ProvisioningState, UrlChange } from "./provisioning-state.ts";

/** How many changes of the URL are remembered; the oldest go first. */
const MAX_URL_CHANGES = 100;

/**
 * Returns the state with a change of the URL that is about to be made. It is recorded before, so
 * that the old URL is not lost when the process ends in between; recorded once however often the
 * change is tried.
 */
export function recordUrlChange(
  state: ProvisioningState,
  change: Omit<UrlChange, "by">,
): ProvisioningState {
  const last = state.realtimeUrlHistory.at(-1);
  if (last?.old === change.old && last.new === change.new) return state;
  return withChange(state, { ...change, by: "holdfast" });
}

/** Returns the state with the URL that was just set. */
export function recordUrlWritten(
  state: ProvisioningState,
  url: string,
  now: number,
): ProvisioningState {
  return { ...state, realtimeUrl: { url, at: now } };
}

/**
 * Returns the state with the URL Apple was just found to have. When it is neither what was known
 * nor what Holdfast was about to set, somebody else changed it, and that is remembered, too.
 */
export function recordUrlRead(
  state: ProvisioningState,
  url: string | null,
  now: number,
): ProvisioningState {
  const { realtimeUrl: known, realtimeUrlHistory: history } = state;
  if (known?.url === url) return state;
  const read = { ...state, realtimeUrl: { url, at: now } };
  const old = known === undefined ? undefined : known.url;
  const isOurs = history.at(-1)?.new === url;
  if (old === undefined || isOurs) return read;
  return withChange(read, { old, new: url, at: now, by: "somebody else" });
}

function withChange(state: ProvisioningState, change: UrlChange): ProvisioningState {
  const realtimeUrlHistory = [...state.realtimeUrlHistory, change].slice(-MAX_URL_CHANGES);
  return { ...state, realtimeUrlHistory };
}
