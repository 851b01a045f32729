import { CodedError } from "@holdfast/appstore/errors";
import { askChainRevocation, OcspFailure } from "@holdfast/appstore/revocation";
import type { ChainRevocation, ChainText } from "@holdfast/appstore/revocation";
import { appleTrustStore } from "@holdfast/appstore/signed-data";
import type { JobKind } from "../jobs/index.ts";
import type { Database } from "../storage/index.ts";
import { createPublicFetch } from "./public-fetch.ts";
import { dueChains, forgetChains, noteAnswer, noteFailure } from "./revocation-chains.ts";
import type { DueChain } from "./revocation-chains.ts";
import { readTrustedRoots } from "./trusted-roots.ts";

/** What responders are asked with. */
export interface AskingOptions {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
  /**
   * Whether responders may be in private networks, as one of a local App Store is; default false: whoever
   * administers an app names roots, and certificates under them name responders. Apple's may be anywhere.
   */
  readonly allowPrivateNetworks?: boolean | undefined;
}

const publicFetch = createPublicFetch();

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How often it is looked for chains to ask about, ms: a new one is asked about so soon. */
const EVERY_MS = MINUTE_MS;

/** Chains asked about in one run; each has two responders, with ten seconds each. */
const MAX_ASKED = 20;

/**
 * When a chain is asked about again, ms: half-way to the end of what was said, so that a Worker, which asks by
 * itself two hours before it, has nothing to do; at most a day later.
 */
const AGAIN_MS = { least: 10 * MINUTE_MS, most: DAY_MS } as const;

/** How long to wait after a responder's failure, ms; twice as long each time. */
const RETRY_MS = { first: 5 * MINUTE_MS, longest: 60 * MINUTE_MS } as const;

/** A chain nobody saw for so long is forgotten, ms: Apple repeats notifications for days, and leaves change. */
const KEPT_MS = 60 * DAY_MS;

/** Returns the job that asks the responders of the App Store's certificates whether these are revoked. */
export function revocationsJob(options: AskingOptions): JobKind {
  return {
    name: "revocations.ask",
    everyMs: EVERY_MS,
    run: ({ signal }) => askDueChains(options, signal),
  };
}

/**
 * Asks about every chain whose time has come, one after the other. A responder that fails is asked again
 * later; what it said before holds on until its end.
 *
 * Throws what the database throws; when the process stops, the reason.
 */
export async function askDueChains(options: AskingOptions, signal: AbortSignal): Promise<void> {
  const { database, now } = options;
  await forgetChains(database, now() - KEPT_MS);
  for (const due of await dueChains(database.queries, { now: now(), limit: MAX_ASKED })) {
    signal.throwIfAborted();
    await askOne(due, options);
  }
}

async function askOne(
  due: DueChain,
  { database, now, fetch: anywhere = globalThis.fetch, allowPrivateNetworks }: AskingOptions,
): Promise<void> {
  const trust = await readTrustedRoots(database.queries);
  const fetch = allowPrivateNetworks === true || isApples(due.chain) ? anywhere : publicFetch;
  let said: ChainRevocation;
  try {
    said = await askChainRevocation(due.chain, { fetch, now: now(), trust });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    // A chain that has ended, or a responder that may not speak for it, is the same an hour later.
    const nextAt = now() + (error instanceof OcspFailure ? retryMs(due) : AGAIN_MS.most);
    await noteFailure(database, due, { problem: String(error.code), nextAt });
    return;
  }
  const halfWayMs = Math.floor((said.nextUpdate - now()) / 2);
  const waitMs = Math.min(AGAIN_MS.most, Math.max(AGAIN_MS.least, halfWayMs));
  await noteAnswer(database, due, { said, now: now(), nextAt: now() + waitMs });
}

function isApples({ root }: ChainText): boolean {
  return appleTrustStore.trusts(root);
}

function retryMs({ attempts }: DueChain): number {
  return Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** Math.min(attempts, 10));
}
