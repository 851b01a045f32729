import { MAX_BATCH_DECISIONS } from "../control-link/decision-client.ts";
import type { DecisionLogHealth } from "../ports/decisions.ts";
import type { DecisionRecord } from "../wire/decision-record.ts";
import type { DecisionSender, DecisionsMade } from "../wire/decision-sender.ts";
import type { ExecutionContext } from "./platform.ts";
import { SEND_MS, sendWithRetries } from "./send-with-retries.ts";
import type { RetryMeans } from "./send-with-retries.ts";

/** How long decisions are collected before they are sent, ms. */
const COLLECT_MS = 100;

/** A batch about which nothing was heard for so long, ms, went with its invocation. */
const LOST_MS = SEND_MS + 10_000;

/** After this time, in ms, whoever collects has gone with its invocation. */
const COLLECTOR_LOST_MS = 5000;

/** How much a batch holds, in characters; more is more batches. */
const MAX_BATCH_CHARACTERS = 512 * 1024;

/** How much waits and is under way together, in characters; what comes beyond is lost. */
const MAX_HELD_CHARACTERS = 8 * 1024 * 1024;

/** Decisions that are sent together. */
export interface DecisionBatch {
  /** Each a JSON object. */
  readonly decisions: readonly string[];
  readonly sender: DecisionSender;
}

/**
 * Sends a batch, or rejects. Resolves with how many of it will never arrive.
 *
 * @param signal - aborted when it is too late
 */
export type SendDecisions = (batch: DecisionBatch, signal: AbortSignal) => Promise<number>;

/** Keeps decisions for the moment it takes to send them. Nothing here waits for anything, or throws. */
export interface DecisionOutbox {
  /** Takes a decision, and has it sent when the answer has gone out. */
  append(record: DecisionRecord, context: ExecutionContext): void;
  readonly health: () => DecisionLogHealth;
}

/** What an outbox works with. */
export interface DecisionOutboxOptions extends RetryMeans {
  /** A UUID. */
  readonly isolate: string;
  /** By default there is nobody to send to: then decisions are counted as dropped. */
  readonly send?: SendDecisions | undefined;
  /** Is told what was lost: how many, and the last error. */
  readonly onLost: (count: number, error: unknown) => void;
}

interface Flight {
  readonly count: number;
  readonly characters: number;
  readonly startedAt: number;
}

/**
 * Returns an outbox that is empty.
 *
 * The first decision begins to collect, in its own invocation; others are added without a word; after
 * {@link COLLECT_MS} the first sends all of them. So a batch belongs to one invocation from end to end: nothing
 * that an invocation began can be finished in another, and one that ends takes its promises with it. What such
 * an end takes is noticed by the clock and counted.
 */
export function createDecisionOutbox(options: DecisionOutboxOptions): DecisionOutbox {
  const { isolate, send, now, wait, onLost } = options;
  const made = new Map<string, DecisionsMade>();
  const flights = new Set<Flight>();
  let pending: { readonly line: string; readonly place: string }[] = [];
  let pendingCharacters = 0;
  let flyingCharacters = 0;
  let collectingSince: number | undefined;
  let dropped = 0;

  function lose(count: number, error?: unknown): void {
    dropped += count;
    onLost(count, error);
  }

  function countMade({ app, environment }: DecisionRecord): string {
    const place = `${app}/${environment}`;
    made.set(place, { app, environment, count: (made.get(place)?.count ?? 0) + 1 });
    return place;
  }

  function take(): DecisionBatch | undefined {
    if (pending.length === 0) return undefined;
    const places = [...new Set(pending.map(({ place }) => place))];
    const sender: DecisionSender = {
      isolate,
      host: "cloudflare-workers",
      made: places.flatMap((place) => made.get(place) ?? []),
    };
    const decisions = pending.map(({ line }) => line);
    pending = [];
    return { decisions, sender };
  }

  function land(flight: Flight): boolean {
    if (!flights.delete(flight)) return false;
    flyingCharacters -= flight.characters;
    return true;
  }

  function loseSilent(): void {
    for (const flight of flights) {
      if (now() - flight.startedAt > LOST_MS && land(flight)) lose(flight.count);
    }
  }

  async function deliverPending(): Promise<void> {
    const characters = pendingCharacters;
    const batch = take();
    if (batch === undefined || send === undefined) return;
    pendingCharacters = 0;
    flyingCharacters += characters;
    const flight = { count: batch.decisions.length, characters, startedAt: now() };
    flights.add(flight);
    try {
      const refused = await sendWithRetries((signal) => send(batch, signal), options);
      if (land(flight)) dropped += refused;
    } catch (error) {
      if (land(flight)) lose(flight.count, error);
    }
  }

  async function collect(since: number): Promise<void> {
    await wait(COLLECT_MS);
    if (collectingSince === since) collectingSince = undefined;
    await deliverPending();
  }

  /** Has what is pending sent: now when it is a batch, else by whoever collects. */
  function arrange(context: ExecutionContext): void {
    if (pending.length >= MAX_BATCH_DECISIONS || pendingCharacters >= MAX_BATCH_CHARACTERS) {
      context.waitUntil(deliverPending());
      return;
    }
    const since = now();
    if (collectingSince !== undefined && since - collectingSince < COLLECTOR_LOST_MS) return;
    collectingSince = since;
    context.waitUntil(collect(since));
  }

  return {
    append(record, context) {
      const place = countMade(record);
      if (send === undefined) {
        dropped += 1;
        return;
      }
      loseSilent();
      const line = JSON.stringify(record);
      if (pendingCharacters + flyingCharacters + line.length > MAX_HELD_CHARACTERS) {
        lose(1);
        return;
      }
      pending.push({ line, place });
      pendingCharacters += line.length;
      arrange(context);
    },
    health() {
      loseSilent();
      let waiting = pending.length;
      for (const flight of flights) waiting += flight.count;
      return { ready: send !== undefined, pending: waiting, dropped };
    },
  };
}
