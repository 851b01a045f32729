import { CodedError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { notificationHistoryPages } from "@holdfast/appstore/server-api";
import type { NotificationHistoryResponse } from "@holdfast/appstore/server-api";
import { findApp } from "../../apps/index.ts";
import type { AppleClients } from "../../keys/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import type { NotificationIntake } from "../intake.ts";
import { isRefused } from "../notification-refusal.ts";
import type { NotificationMode } from "../tables.ts";
import {
  isInReach,
  isRecovery,
  nextSpan,
  POLL_EVERY_MS,
  RECOVER_EVERY_MS,
} from "./history-spans.ts";
import type { HistorySpan } from "./history-spans.ts";
import { beginHistoryState, writeHistoryState } from "./history-state.ts";

/** What reading Apple's history needs. */
export interface HistoryMeans {
  readonly queries: Queries;
  readonly clients: Pick<AppleClients, "appStoreServer">;
  readonly intake: Pick<NotificationIntake, "take">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The most pages that are read at a time; default 200, four thousand notifications. */
  readonly maxPages?: number | undefined;
}

/** Which app's history. */
export interface HistoryPlace extends SubscriptionPlace {
  readonly mode: NotificationMode;
}

const MAX_PAGES = 200;

/** When it is tried again where it failed, ms: what is missed stays in Apple's history for a month. */
const RETRY_AFTER_MS = 5 * 60_000;

/** Apple's number for a token it gave and does not know any more. */
const INVALID_PAGINATION_TOKEN = 4_000_014;

/**
 * Reads an app's notifications from Apple's history, from where it was read to up to now, and takes them as
 * if they had been posted. How far it came is written after each page, once everything on it is stored; so a
 * process that dies goes on there. Why it failed is written down as well; then nothing is thrown.
 *
 * @throws the signal's reason where it ended the reading; what the database throws
 */
export async function readHistory(
  place: HistoryPlace,
  means: HistoryMeans,
  signal: AbortSignal,
): Promise<void> {
  const { queries, now } = means;
  try {
    await readSpan(place, means, signal);
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof CodedError ? String(error.code) : "INTERNAL";
    // More than is read at a time is no problem: it goes on from there.
    const problem = code === "PAGE_LIMIT_REACHED" ? null : code;
    const next_at = problem === null ? now() : Math.max(now() + RETRY_AFTER_MS, retryAtOf(error));
    const again = isTokenForgotten(error) ? { pagination_token: null } : {};
    await writeHistoryState(queries, place, { problem, next_at, ...again });
  }
}

async function readSpan(
  { mode, ...place }: HistoryPlace,
  means: HistoryMeans,
  signal: AbortSignal,
): Promise<void> {
  const { queries, clients, now, maxPages = MAX_PAGES } = means;
  const app = await findApp(queries, place.app);
  if (app === undefined) return;
  const state = await beginHistoryState(queries, {
    ...place,
    createdAt: app.createdAt,
    now: now(),
  });
  const { covered_until: coveredUntil, recovered_at: recoveredAt } = state;
  const facts = { ...place, mode, coveredUntil, recoveredAt, now: now() };
  const { reading_from: from, reading_until: until } = state;
  const begun =
    from !== null && until !== null && isInReach({ from }, facts) ? { from, until } : undefined;
  const span = begun ?? nextSpan(facts);
  const paginationToken = begun === undefined ? undefined : (state.pagination_token ?? undefined);
  const client = await clients.appStoreServer(app, place.environment);
  await writeHistoryState(queries, place, {
    reading_from: span.from,
    reading_until: span.until,
    pagination_token: paginationToken ?? null,
    problem: null,
  });
  const request = { startDate: span.from, endDate: span.until };
  const pages = notificationHistoryPages(client, request, { paginationToken, maxPages, signal });
  for await (const page of pages) {
    signal.throwIfAborted();
    await takePage(page, place, means);
    if (page.hasMore !== true) break;
    await writeHistoryState(queries, place, { pagination_token: page.paginationToken ?? null });
  }
  await writeHistoryState(
    queries,
    place,
    endOf(span, isRecovery(span, coveredUntil), { mode, now: now() }),
  );
}

/** Takes what can be taken: one that is no good holds up none of the others, and never gets better. */
async function takePage(
  { notificationHistory = [] }: NotificationHistoryResponse,
  { app, environment }: SubscriptionPlace,
  { intake }: HistoryMeans,
): Promise<void> {
  const taken = await Promise.allSettled(
    notificationHistory.map(({ signedPayload = "" }) =>
      intake.take({
        app,
        environment,
        signedPayload,
        source: "history",
        // As Apple would have posted it.
        body: Buffer.from(JSON.stringify({ signedPayload })),
        contentType: "application/json",
      }),
    ),
  );
  const failed = taken.find((one) => one.status === "rejected" && !isRefused(one.reason));
  if (failed?.status === "rejected") throw failed.reason;
}

function endOf(
  { until }: HistorySpan,
  hasRecovered: boolean,
  { mode, now }: { readonly mode: NotificationMode; readonly now: number },
) {
  return {
    covered_until: until,
    reading_from: null,
    reading_until: null,
    pagination_token: null,
    read_at: now,
    next_at: now + (mode === "poll" ? POLL_EVERY_MS : RECOVER_EVERY_MS),
    ...(hasRecovered ? { recovered_at: now } : {}),
  };
}

/** When Apple wants to be asked again, if it said so; ms since 1970. */
function retryAtOf(error: unknown): number {
  return error instanceof AppleApiError ? (error.retryAt ?? 0) : 0;
}

function isTokenForgotten(error: unknown): boolean {
  return error instanceof AppleApiError && error.errorCode === INVALID_PAGINATION_TOKEN;
}
