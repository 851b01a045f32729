import { UpstreamError } from "@holdfast/appstore/errors";
import type { DecisionSender } from "../wire/decision-sender.ts";
import { isRecord } from "../wire/fields.ts";
import { createControlCall, dropBody, readBounded, refusedWith } from "./control-http.ts";
import type { ControlAccess } from "./control-http.ts";

/** The most decisions control takes at once. */
export const MAX_BATCH_DECISIONS = 1000;

/** What became of decisions that were sent. */
type SentDecisions =
  | {
      readonly kind: "taken";
      readonly new: number;
      /** Control had them already. */
      readonly repeated: number;
      /** Which it will never take. */
      readonly refused: readonly RefusedDecision[];
    }
  /** Control refuses all of them together: at least one spoils the request. */
  | { readonly kind: "spoiled"; readonly code: string };

/** A decision control does not take. */
interface RefusedDecision {
  /** Its place among those sent, from 0. */
  readonly index: number;
  /** Why; stable. */
  readonly code: string;
}

/** Sends decisions to control. */
export interface DecisionClient {
  /**
   * Sends decisions, each a JSON object as it stands in a file, at most {@link MAX_BATCH_DECISIONS}.
   *
   * @param sender - who made them, where nothing but its memory holds them
   * @throws UpstreamError `CONTROL_UNREACHABLE`, `CONTROL_REFUSED`, `CONTROL_ANSWER_INVALID` where sending again
   *   later may help; the cause of a `CONTROL_REFUSED` may be a {@link RetryLater}
   */
  send(
    decisions: readonly string[],
    signal: AbortSignal,
    sender?: DecisionSender,
  ): Promise<SentDecisions>;
}

/** How long control asks to be left alone. */
export class RetryLater extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`control asks to wait ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** How long an answer may take, ms. */
const TIMEOUT_MS = 30_000;

/** The longest answer: a thousand refusals are a tenth of it. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Statuses that say of a request that it can never be taken. */
const SPOILED_STATUSES = new Set([400, 413, 422]);

/** The longest time control can ask for, ms. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Returns a client. @throws UsageError `CONTROL_URL_INVALID` */
export function createDecisionClient(access: ControlAccess): DecisionClient {
  const call = createControlCall(access);
  return {
    async send(decisions, signal, sender) {
      const response = await call("v1/decisions", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: decisionsBody(decisions, sender),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const { status } = response;
      if (status === 200) {
        return parseTaken(await readBounded(response, MAX_ANSWER_BYTES), decisions.length);
      }
      await dropBody(response);
      if (SPOILED_STATUSES.has(status)) return { kind: "spoiled", code: `STATUS_${status}` };
      const error = refusedWith(status, 200);
      // Who has too much to do says how long; how long a fault lasts nobody knows, and we wait longer each time.
      throw status === 429 ? withRetryAfter(error, response.headers.get("retry-after")) : error;
    },
  };
}

/** Returns the JSON that decisions, each a JSON object, are sent as. */
export function decisionsBody(decisions: readonly string[], sender?: DecisionSender): string {
  const member = sender === undefined ? "" : `,"sender":${JSON.stringify(sender)}`;
  return `{"decisions":[${decisions.join(",")}]${member}}`;
}

function withRetryAfter(
  error: UpstreamError<"CONTROL_REFUSED">,
  retryAfter: string | null,
): UpstreamError<"CONTROL_REFUSED"> {
  if (retryAfter === null || !/^\d{1,9}$/.test(retryAfter)) return error;
  const cause = new RetryLater(Math.min(Number(retryAfter) * 1000, MAX_RETRY_AFTER_MS));
  return new UpstreamError("CONTROL_REFUSED", error.message, { cause });
}

function parseTaken(text: string, sent: number): SentDecisions {
  const value = parseJson(text);
  if (!isRecord(value)) throw invalid();
  const { new: fresh, repeated, refused } = value;
  if (!isCount(fresh) || !isCount(repeated) || !Array.isArray(refused)) throw invalid();
  const all = refused.map((entry) => parseRefused(entry, sent));
  // What is not accounted for must be sent again.
  if (fresh + repeated + all.length !== sent) throw invalid();
  return { kind: "taken", new: fresh, repeated, refused: all };
}

function parseRefused(entry: unknown, sent: number): RefusedDecision {
  if (!isRecord(entry)) throw invalid();
  const { index, code } = entry;
  if (!isCount(index) || index >= sent || typeof code !== "string") throw invalid();
  return { index, code: /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : "OTHER" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function invalid(): UpstreamError<"CONTROL_ANSWER_INVALID"> {
  return new UpstreamError(
    "CONTROL_ANSWER_INVALID",
    "expected control to say of each decision that it is new, repeated or refused, got something else",
  );
}
