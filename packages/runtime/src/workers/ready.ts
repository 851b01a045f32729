import type { KvPlace } from "../wire/kv-layout.ts";
import type { Isolate } from "./isolate.ts";
import type { Invocation } from "./refresher.ts";

/**
 * Has everything read that answering for a place needs, as fresh as it must be. Returns undefined where nothing
 * is to be waited for, nearly always; never rejects.
 */
export function ready(
  isolate: Isolate,
  place: KvPlace,
  invocation: Invocation,
): Promise<unknown> | undefined {
  const { places, revocationsRefresher } = isolate;
  const held = places.held(place);
  if (held === undefined) return open(isolate, place, invocation);
  const waits = [held.refresher, revocationsRefresher].flatMap(
    (refresher) => refresher.refresh(invocation) ?? [],
  );
  return waits.length === 0 ? undefined : Promise.all(waits);
}

async function open(isolate: Isolate, place: KvPlace, invocation: Invocation): Promise<void> {
  const opened = await isolate.places.open(place);
  if (opened !== undefined) await ready(isolate, place, invocation);
}
