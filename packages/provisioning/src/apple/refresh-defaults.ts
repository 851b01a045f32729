import { findDefaultMessage } from "@holdfast/appstore/retention-messaging/client";
import type {
  DefaultPlace,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import { placeKey } from "../desired/place-key.ts";
import { recordDefault } from "../state/record-default.ts";
import type { KnownDefault } from "../state/provisioning-state.ts";
import type { StateKeeper } from "../state/state-keeper.ts";

/** A reading that stopped longer ago than this begins anew: what it read may have changed. */
const MAX_PAUSE_MS = 24 * 60 * 60 * 1000;

/** What default messages are read with. */
export interface RefreshOptions {
  readonly client: RetentionMessagingClient;
  readonly state: StateKeeper;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Told before each request. */
  readonly progress?: ((read: number, all: number) => void) | undefined;
}

/**
 * Asks Apple for the default message of each place, and of each place something is known of, and
 * remembers the answers one by one. That is one request for each, at the pace Apple allows: hours for
 * many places in the sandbox. A reading that was ended goes on where it was, unless Apple's last answer
 * is more than a day old.
 *
 * @throws AppleApiError; what was read until then is kept
 */
export async function refreshDefaults(
  places: readonly DefaultPlace[],
  { client, state, now, signal, progress = () => undefined }: RefreshOptions,
): Promise<void> {
  const { defaultsReadSince: begun, defaults } = state.current;
  const goesOn = begun !== undefined && now() - lastAnswerAt(begun, defaults) <= MAX_PAUSE_MS;
  const since = goesOn ? begun : now();
  await state.update((before) =>
    before.defaultsReadSince === since ? before : { ...before, defaultsReadSince: since },
  );
  const all = distinct([...places, ...defaults]);
  const readAlready = new Set(goesOn ? defaults.filter(({ at }) => at >= since).map(placeKey) : []);
  for (const [index, { productId, locale }] of all.entries()) {
    if (readAlready.has(placeKey({ productId, locale }))) continue;
    progress(index, all.length);
    const place = { productId, locale };
    const messageIdentifier = await findDefaultMessage(client, place, { signal });
    const known = { ...place, messageIdentifier, at: now(), from: "read" as const };
    await state.update((before) => recordDefault(before, known));
  }
  progress(all.length, all.length);
  await state.update(({ defaultsReadSince: _finished, ...rest }) => rest);
}

/** When the reading that began then got its last answer; a long one takes more than a day itself. */
function lastAnswerAt(begun: number, defaults: readonly KnownDefault[]): number {
  const answers = defaults.filter(({ at, from }) => from === "read" && at >= begun);
  return answers.reduce((last, { at }) => Math.max(last, at), begun);
}

function distinct(places: readonly DefaultPlace[]): readonly DefaultPlace[] {
  return [...new Map(places.map((place) => [placeKey(place), place])).values()];
}
