import { randomUUID } from "node:crypto";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import { emulatorError } from "../errors/index.ts";
import type { Verdict } from "../judge/index.ts";
import type { AppEnvironment, Subscriber } from "../world/app-definition.ts";
import { findEnvironment, findSubscriber, type World } from "../world/world.ts";
import { type Exchange, exchange, type RealtimeContext } from "./exchange.ts";
import { createRealtimeRequest } from "./realtime-request.ts";
import type { SendAttemptResult } from "./send-attempt-result.ts";
import { decideShown, type FallbackRules, type Shown } from "./shown.ts";

/** How many views are remembered, for a tap may come later; ours, to bound memory. */
const MAX_VIEWS = 10_000;

/** Somebody opened the page with a Cancel button. Nothing is displayed yet. */
export interface CancelSheetView extends AppEnvironment {
  readonly viewId: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly subscriber: Subscriber;
  /** What Apple asked, or would have. */
  readonly request: DecodedRealtimeRequestBody;
  /** The configured URL; absent when none is, and then nothing was sent. */
  readonly url?: string;
  /** The answer's status; absent when there was no answer. */
  readonly status?: number;
  /** Absent when nothing was sent. */
  readonly latencyMs?: number;
  /** Apple's name for how it went; `NOT_SENT` without a configured URL. */
  readonly outcome: SendAttemptResult | "NOT_SENT";
  /** Nothing is broken, and nothing accepted, when nothing came back. */
  readonly verdict: Omit<Verdict, "outcome" | "nonce">;
  /** What tapping Cancel will display; not displayed before. */
  readonly shown: Shown;
}

/** Somebody tapped Cancel: what was shown then. */
export interface Impression extends AppEnvironment {
  readonly viewId: string;
  /** Milliseconds since 1970. */
  readonly tappedAt: number;
  readonly shown: Shown;
}

/** Who opens the page, and what Apple shall say instead of the truth. */
export interface OpenCancelSheetOptions extends AppEnvironment {
  readonly originalTransactionId: string;
  readonly overrides?: Partial<DecodedRealtimeRequestBody>;
}

/** How often what happened, since the emulator was made. */
export interface CancelSheetCounts {
  /** Pages opened. */
  readonly views: number;
  /** Requests sent: views while a URL was configured. */
  readonly requests: number;
  /** Answers accepted. */
  readonly accepted: number;
  /** Cancel tapped with something to show. */
  readonly impressions: number;
}

/** The page with a Cancel button, and the tap on it. */
export interface CancelSheet {
  /**
   * Opens the page: sends the request, judges the answer, works out what Apple would show. Throws
   * `APP_UNKNOWN`, `ENVIRONMENT_UNKNOWN`, `SUBSCRIBER_UNKNOWN`; never for what the answer is.
   */
  open(options: OpenCancelSheetOptions): Promise<CancelSheetView>;
  /** Taps Cancel: the display happens now, and once a view. Throws `VIEW_UNKNOWN`. */
  tap(viewId: string): Impression;
  /** Returns one of the latest views; throws `VIEW_UNKNOWN`. */
  view(viewId: string): CancelSheetView;
  counts(): CancelSheetCounts;
}

/** Returns the cancel sheets of all subscribers in `world`. */
export function createCancelSheet(
  world: World,
  context: RealtimeContext,
  rules: FallbackRules,
): CancelSheet {
  const views = new Map<string, CancelSheetView>();
  const impressions = new Map<string, Impression>();
  const counts = { views: 0, requests: 0, accepted: 0, impressions: 0 };
  const find = (viewId: string) => {
    const view = views.get(viewId);
    if (view !== undefined) return view;
    throw emulatorError("VIEW_UNKNOWN", "expected the viewId of one of the latest views");
  };
  return {
    view: find,
    counts: () => ({ ...counts }),
    async open(options) {
      const view = await openView(world, options, context, rules);
      counts.views += 1;
      if (view.outcome !== "NOT_SENT") counts.requests += 1;
      if (view.verdict.accepted) counts.accepted += 1;
      remember(views, view.viewId, view);
      return view;
    },
    tap(viewId) {
      const earlier = impressions.get(viewId);
      if (earlier !== undefined) return earlier;
      const { app, environment, shown } = find(viewId);
      const impression = { viewId, app, environment, tappedAt: context.clock.now(), shown };
      remember(impressions, viewId, impression);
      if (shown.source !== "nothing") counts.impressions += 1;
      return impression;
    },
  };
}

async function openView(
  world: World,
  { app, environment, originalTransactionId, overrides }: OpenCancelSheetOptions,
  context: RealtimeContext,
  rules: FallbackRules,
): Promise<CancelSheetView> {
  const place = findEnvironment(world, { app, environment });
  const subscriber = findSubscriber(place, originalTransactionId);
  const openedAt = context.clock.now();
  const request = createRealtimeRequest(place, subscriber, openedAt, overrides);
  const url = place.realtimeUrl;
  const sent = url === undefined ? undefined : await exchange(request, place, { url }, context);
  const verdict = sent === undefined ? NOT_SENT : withoutOutcome(sent.verdict);
  return {
    viewId: randomUUID(),
    app,
    environment,
    openedAt,
    subscriber,
    request,
    ...(url === undefined ? {} : { url }),
    ...describeAttempt(sent),
    outcome: sent?.verdict.outcome ?? "NOT_SENT",
    verdict,
    shown: decideShown(request, verdict.response, place, rules),
  };
}

const NOT_SENT: CancelSheetView["verdict"] = { accepted: false, broken: [], warnings: [] };

function withoutOutcome({ accepted, broken, warnings, response }: Verdict) {
  return { accepted, broken, warnings, ...(response === undefined ? {} : { response }) };
}

function describeAttempt(sent: Exchange | undefined): { status?: number; latencyMs?: number } {
  if (sent === undefined) return {};
  const { status, latencyMs } = sent;
  return { latencyMs, ...(status === undefined ? {} : { status }) };
}

/** Forgets the oldest when there are too many. */
function remember<T>(kept: Map<string, T>, id: string, value: T): void {
  kept.set(id, value);
  const [oldest] = kept.keys();
  if (kept.size > MAX_VIEWS && oldest !== undefined) kept.delete(oldest);
}
