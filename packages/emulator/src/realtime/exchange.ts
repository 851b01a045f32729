import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import type { SigningChain } from "../ca/index.ts";
import type { Clock } from "../clock/clock.ts";
import { judgeAnswer, type NonceLedger, type Verdict } from "../judge/index.ts";
import type { EnvironmentWorld } from "../world/world.ts";
import { postRequest } from "./post-request.ts";
import { signRealtimeRequest } from "./realtime-request.ts";
import { resolveUrl, type ResolveRule } from "./resolve.ts";

/** What sending real-time requests needs. */
export interface RealtimeContext {
  readonly chain: SigningChain;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly resolve: readonly ResolveRule[];
  /** How long the whole answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The nonces of accepted offers, of all apps. */
  readonly nonces: NonceLedger;
  /** Ends what is on its way when the emulator closes. */
  readonly signal: AbortSignal;
}

/** One request and what came of it. */
export interface Exchange {
  readonly request: DecodedRealtimeRequestBody;
  /** The status of the answer, when there was one. */
  readonly status?: number;
  readonly latencyMs: number;
  readonly verdict: Verdict;
}

/** Where and how one request goes. */
export interface ExchangeTarget {
  /** The configured URL; the context's rules may lead it elsewhere. */
  readonly url: string;
  /** In milliseconds; default the context's. */
  readonly timeoutMs?: number;
}

/** Signs `request`, posts it once, and judges what comes back. */
export async function exchange(
  request: DecodedRealtimeRequestBody,
  world: EnvironmentWorld,
  { url, timeoutMs }: ExchangeTarget,
  context: RealtimeContext,
): Promise<Exchange> {
  const { chain, clock, nonces } = context;
  const body = await signRealtimeRequest(request, chain);
  const { answer, failure, latencyMs } = await postRequest(resolveUrl(url, context.resolve), body, {
    ...context,
    timeoutMs: timeoutMs ?? context.timeoutMs,
  });
  if (answer === undefined) {
    const verdict = { outcome: failure ?? "OTHER", accepted: false, broken: [], warnings: [] };
    return { request, latencyMs, verdict };
  }
  const verdict = await judgeAnswer(answer, {
    request,
    world,
    now: clock.now(),
    isNonceUsed: (nonce) => nonces.has(nonce),
  });
  if (verdict.nonce !== undefined) nonces.add(verdict.nonce);
  return { request, status: answer.status, latencyMs, verdict };
}
