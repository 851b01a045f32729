import type { CheckOptions } from "./check-options.ts";
import { fine, flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { judgeAnswer } from "./judge-answer.ts";
import type { JudgedAnswer } from "./judge-answer.ts";
import { judgeMessages } from "./judge-messages.ts";
import { judgeKeepAlive, judgeLatency } from "./judge-latency.ts";
import { summarizeLatency } from "./latency.ts";
import type { LatencySummary } from "./latency.ts";
import { PATIENCE_MS } from "./post-once.ts";
import type { Exchange } from "./post-once.ts";
import { isFresh, MALFORMED_BODY } from "./probe-refusals.ts";
import { sendMany } from "./send-many.ts";

/** How fast an endpoint is. */
export interface EndpointLatency {
  /** Without authentic requests only refusals are seen, which cost less. */
  readonly of: "answers" | "refusals";
  readonly newConnections: LatencySummary | undefined;
  readonly keptConnections: LatencySummary | undefined;
}

/** What the answers of an endpoint show. */
export interface AnswersProbe {
  readonly findings: readonly Finding[];
  readonly latency: EndpointLatency;
}

/**
 * Sends as many requests over new connections as over kept ones, and judges answers and times. Without
 * authentic requests the times are those of refusals.
 */
export async function probeAnswers(options: CheckOptions): Promise<AnswersProbe> {
  const { captured, source, now } = options;
  const fresh = captured !== undefined && isFresh(captured, now()) ? captured : undefined;
  const isAuthentic = source !== undefined || fresh !== undefined;
  const body = captured?.body ?? MALFORMED_BODY;
  const next = source?.next ?? (() => Promise.resolve(body));
  const send = (keepAlive: boolean): Promise<readonly Exchange[]> =>
    sendMany({ ...options, timeoutMs: PATIENCE_MS, keepAlive, next });
  const overNew = await send(false);
  const overKept = await send(true);
  const exchanges = [...overNew, ...overKept];
  const latency = {
    of: isAuthentic ? ("answers" as const) : ("refusals" as const),
    newConnections: summarizeLatency(overNew.map(({ latencyMs }) => latencyMs)),
    keptConnections: summarizeLatency(overKept.map(({ latencyMs }) => latencyMs)),
  };
  const judged = exchanges.map(judgeAnswer);
  const answers = isAuthentic ? judgeAnswers(judged) : [ANSWERS_UNSEEN];
  const approved = await source?.approvedMessages?.();
  const messages = approved === undefined ? [] : [judgeMessages(judged, approved)];
  const rest = [judgeLatency(exchanges), judgeKeepAlive(overKept)];
  return { latency, findings: [...answers, ...messages, ...rest] };
}

/** Nothing is known of answers. */
export const ANSWERS_UNSEEN: Finding = {
  code: "ANSWERS",
  status: "skipped",
  message:
    "answers were not seen: only Apple, or the authority the endpoint trusts, can sign a request",
  advice:
    "use --emulator with an endpoint that trusts the local App Store's root, or --fixture with a request captured in the last five minutes; --refusals-only asks about nothing else",
};

const ANSWER_RULES: Readonly<Record<string, string>> = {
  NO_ANSWER: "all answers are whole",
  STATUS: "all answers have status 200",
  BODY: "all bodies have exactly one member, of Apple's shape",
  CONTENT_TYPE: "all are JSON in UTF-8",
  SIZE: "all are of a sensible size",
};

const ANSWER_ADVICE: Readonly<Record<string, string>> = {
  NO_ANSWER: "look into the server's log for what ended the connection",
  STATUS: "Apple takes 200 only; without one it shows its own message, or none",
  BODY: "send exactly one of message, alternateProduct, promotionalOffer, advancedCommerceInfo",
  CONTENT_TYPE: "send application/json; charset=utf-8",
  SIZE: "send what Apple documents and nothing else",
};

function judgeAnswers(answers: readonly JudgedAnswer[]): readonly Finding[] {
  return Object.entries(ANSWER_RULES).map(([code, rule]) => {
    const flaws = answers.flatMap((answer) => answer.flaws.filter((flaw) => flaw.code === code));
    const [worst] = flaws.toSorted((a, b) => a.status.localeCompare(b.status));
    if (worst === undefined) return fine(code, sayRule(code, rule, answers));
    const message = `${flaws.length} of ${answers.length}: ${worst.message}`;
    return flawed(worst.status, code, { message, advice: ANSWER_ADVICE[code] ?? "" });
  });
}

function sayRule(code: string, rule: string, answers: readonly JudgedAnswer[]): string {
  return code === "BODY" ? `${rule}: ${sayKinds(answers)}` : rule;
}

function sayKinds(answers: readonly JudgedAnswer[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of answers) {
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return Array.from(counts, ([kind, count]) => `${count} × ${kind}`).join(", ");
}
