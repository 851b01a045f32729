import { requireConnection } from "./connection-failure.ts";
import type { CheckOptions } from "./check-options.ts";
import type { Finding } from "../findings/finding.ts";
import { FORGED, judgeRefusal, MALFORMED, STALE, TAMPERED } from "./judge-refusal.ts";
import type { RefusedKind } from "./judge-refusal.ts";
import { createAgent, PATIENCE_MS, postOnce } from "./post-once.ts";
import { openForger, readCaptured, tamperedRequest } from "./signed-requests.ts";
import type { CapturedRequest } from "./signed-requests.ts";

/** How far a signedDate may be from now; the runtime's default. */
const FRESH_MS = 5 * 60_000;

/** JSON, but no signature. */
export const MALFORMED_BODY = JSON.stringify({ signedPayload: "not.a.signature" });

/** Sends what an endpoint must refuse, once each. */
export async function probeRefusals(options: CheckOptions): Promise<readonly Finding[]> {
  const { captured, source, payload, now } = options;
  const probe = createProbe(options);
  const malformed = await probe(MALFORMED_BODY, MALFORMED);
  await using forger = await openForger(captured?.payload ?? payload, now);
  const forged = await probe(await forger.next(), FORGED);
  const authentic = source === undefined ? captured : readCaptured(await source.next());
  return [
    malformed,
    forged,
    ...(authentic === undefined ? [] : [await probe(tamperedRequest(authentic, now()), TAMPERED)]),
    ...(captured === undefined || isFresh(captured, now())
      ? []
      : [await probe(captured.body, STALE)]),
  ];
}

/** Tells whether a captured request is as good as one that comes now. */
export function isFresh({ payload }: CapturedRequest, now: number): boolean {
  return Math.abs(now - payload.signedDate) <= FRESH_MS;
}

type Probe = (body: string, kind: RefusedKind) => Promise<Finding>;

function createProbe({ url, ca, signal }: CheckOptions): Probe {
  return async (body, kind) => {
    const agent = createAgent(url, { keepAlive: false, maxSockets: 1, ca });
    const exchange = await postOnce({ url, agent, timeoutMs: PATIENCE_MS, signal }, body);
    requireConnection(exchange);
    return judgeRefusal(exchange, kind);
  };
}
