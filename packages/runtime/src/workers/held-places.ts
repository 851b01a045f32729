import type { Clock } from "../ports/clock.ts";
import type { PublicationSource, PublicationStatus } from "../ports/publications.ts";
import type { SlotEvent } from "../publications/live-slot.ts";
import type { OpeningMeans } from "../publications/open-live-value.ts";
import type { KvPlace } from "../wire/kv-layout.ts";
import type { KvReader } from "./kv-reader.ts";
import { createPlacePublication } from "./place-publication.ts";
import type { PlacePublication } from "./place-publication.ts";
import { createRefresher } from "./refresher.ts";
import type { Refresher } from "./refresher.ts";
import { isConfigured, openPlaceConfig } from "./worker-config.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { writeLog } from "./worker-log.ts";

/**
 * How much an isolate keeps of what was published, in characters; what was not asked for longest goes first.
 * An isolate has 128 MB (developers.cloudflare.com/workers/platform/limits), and compiled it is several times
 * as large.
 */
const MAX_HELD_CHARACTERS = 8 * 1024 * 1024;

/** The places an isolate answers for, each opened when it is first asked for. */
export interface HeldPlaces extends PublicationSource {
  /** Opens a place, once; undefined for one that is not configured. Never rejects. */
  open(place: KvPlace): Promise<HeldPlace | undefined>;
  /** An open place. */
  held(place: KvPlace): HeldPlace | undefined;
  /** What works and should not stay so, one text a place at most. */
  warnings(): readonly string[];
}

/** An open place. */
interface HeldPlace {
  readonly refresher: Refresher;
  status(): PublicationStatus;
  warning(): string | undefined;
  size(): number;
}

/** What places are opened with. */
export interface HeldPlacesOptions extends OpeningMeans {
  readonly config: WorkerConfig;
  readonly reader: KvReader;
  readonly clock: Clock;
  /** Default {@link MAX_HELD_CHARACTERS}. */
  readonly maxCharacters?: number;
}

/** Returns places of which none is open. */
export function createHeldPlaces(options: HeldPlacesOptions): HeldPlaces {
  const { config, cryptography, maxCharacters = MAX_HELD_CHARACTERS } = options;
  // In the order in which they were last asked for.
  const places = new Map<string, HeldPlace>();

  function held(place: KvPlace): HeldPlace | undefined {
    const key = keyOf(place);
    const known = places.get(key);
    if (known === undefined || places.size === 1) return known;
    places.delete(key);
    places.set(key, known);
    return known;
  }

  function makeRoom(): void {
    let size = 0;
    for (const place of places.values()) size += place.size();
    for (const [key, place] of places) {
      if (size <= maxCharacters) return;
      size -= place.size();
      places.delete(key);
    }
  }

  async function make(place: KvPlace): Promise<HeldPlace | undefined> {
    try {
      const opened = await openPlaceConfig(config, place, cryptography);
      if (opened === undefined) return undefined;
      const tell = tellOf(place);
      const publication = createPlacePublication(opened.config, { ...options, tell });
      return heldPlace(place, publication, options.clock, opened.warning);
    } catch (error) {
      return misconfiguredPlace(place, error);
    }
  }

  return {
    held,
    async open(place) {
      const known = held(place);
      if (known !== undefined) return known;
      const made = await make(place);
      // Another request may have been faster.
      const before = held(place);
      if (made === undefined || before !== undefined) return before;
      makeRoom();
      places.set(keyOf(place), made);
      return made;
    },
    find(app, environment) {
      const status = places.get(keyOf({ app, environment }))?.status();
      if (status?.live !== undefined) return status.live;
      return isConfigured(config, { app, environment }) ? "unpublished" : "unknown";
    },
    list: () => Array.from(places.values(), (place) => place.status()),
    warnings: () => Array.from(places.values()).flatMap((place) => place.warning() ?? []),
  };
}

function keyOf({ app, environment }: KvPlace): string {
  return `${app}/${environment}`;
}

function heldPlace(
  place: KvPlace,
  publication: PlacePublication,
  clock: Clock,
  configWarning: string | undefined,
): HeldPlace {
  return {
    refresher: createRefresher(publication.read, clock, { isEssential: true }),
    status() {
      const [live, problem] = [publication.live(), publication.problem()];
      return {
        ...place,
        ...(live === undefined ? {} : { live }),
        ...(problem === undefined ? {} : { problem }),
      };
    },
    warning() {
      const problem = publication.live() === undefined ? undefined : publication.problem();
      if (problem === undefined) return configWarning;
      return `${nameOf(place)} answers by the last good value, the newest is not taken: ${problem}`;
    },
    size: publication.size,
  };
}

/** It answers nothing, and says why. */
function misconfiguredPlace(place: KvPlace, error: unknown): HeldPlace {
  const problem = error instanceof Error ? error.message : "misconfigured";
  writeLog({ level: "error", message: "misconfigured", fields: { ...place, error: problem } });
  return {
    refresher: { refresh: () => undefined },
    status: () => ({ ...place, problem }),
    warning: () => problem,
    size: () => 0,
  };
}

function nameOf({ app, environment }: KvPlace): string {
  return `${app} ${environment}`;
}

function tellOf(place: KvPlace): (event: SlotEvent) => void {
  return ({ kind, label, error }) => {
    const reason = error instanceof Error ? error.message : undefined;
    const level = error === undefined ? "info" : "error";
    writeLog({ level, message: kind, fields: { ...place, label, error: reason } });
  };
}
