import { evaluate, needsSubscriberState, NO_STOPS } from "@holdfast/flow/evaluate";
import type { Evaluation, Stops, Subject } from "@holdfast/flow/evaluate";
import { canonicalJson } from "@holdfast/flow/snapshot";
import type { PreparedSnapshot } from "@holdfast/flow/snapshot";
import { choiceOf, responseOf } from "./compared-answer.ts";
import type { ComparedChoice, ComparedResponse } from "./compared-answer.ts";

/** The two flows, and what is stopped for both of them. */
export interface FlowComparisonOptions {
  readonly from: PreparedSnapshot;
  readonly to: PreparedSnapshot;
  /** Default: nothing. */
  readonly stops?: Stops;
  /** How many differing decisions are shown of each move from response to response; default 3. */
  readonly examplesOfEach?: number;
}

/** A decision that was taken once, with its subject as it was then. */
export interface PastDecision {
  readonly requestIdentifier: string;
  readonly subject: Subject;
}

/** How many go from one to another. */
export interface Move<Place> {
  readonly from: Place;
  readonly to: Place;
  readonly count: number;
}

/** A decision that comes out otherwise. Holds no id of the subscription. */
export interface ComparedExample {
  readonly requestIdentifier: string;
  /** Milliseconds since 1970. */
  readonly requestedAt: number;
  readonly productId: string;
  readonly userLocale: string;
  readonly from: ComparedChoice & { readonly response: ComparedResponse };
  readonly to: ComparedChoice & { readonly response: ComparedResponse };
}

/** What changes between two flows for the decisions that were looked at. */
export interface FlowComparison {
  /** How many were evaluated by both. */
  readonly compared: number;
  /** Of these, whom something else is sent to. */
  readonly different: number;
  /** Of these, who are sent the same by another rule or arm. */
  readonly sameByAnotherWay: number;
  /** Those whose state nobody looked up when they were decided, though one of the two flows asks for it. */
  readonly stateNotLookedUp: number;
  /** Every decision whose rule, arm or response is another; the most frequent first. */
  readonly byRule: readonly Move<ComparedChoice>[];
  /** Every decision whose response is another; the most frequent first. */
  readonly byResponse: readonly Move<ComparedResponse>[];
  readonly examples: readonly ComparedExample[];
}

/** Compares two flows, one decision after the other. */
export interface FlowComparer {
  /** Evaluates one with both flows; returns whether something else is sent. */
  add(decision: PastDecision): boolean;
  /** Returns what was found so far. */
  report(): FlowComparison;
}

const DEFAULT_EXAMPLES = 3;

/** Starts a comparison. It is pure: what is added is all it knows. */
export function compareFlows(options: FlowComparisonOptions): FlowComparer {
  const { from, to, stops = NO_STOPS, examplesOfEach = DEFAULT_EXAMPLES } = options;
  const rules = countMoves<ComparedChoice>();
  const responses = countMoves<ComparedResponse>();
  const examples: ComparedExample[] = [];
  const counts = { compared: 0, different: 0, sameByAnotherWay: 0, stateNotLookedUp: 0 };
  return {
    add({ requestIdentifier, subject }) {
      const before = evaluate(from, subject, stops);
      const after = evaluate(to, subject, stops);
      counts.compared += 1;
      if (isStateMissing(subject, [from, to])) counts.stateNotLookedUp += 1;
      const isSameResponse = sentBy(before) === sentBy(after);
      const chosen = [choiceOf(before), choiceOf(after)] as const;
      const isSameChoice = canonicalJson(chosen[0]) === canonicalJson(chosen[1]);
      if (!isSameResponse || !isSameChoice) rules.add(...chosen);
      if (isSameResponse) {
        if (!isSameChoice) counts.sameByAnotherWay += 1;
        return false;
      }
      counts.different += 1;
      const sent = [responseOf(before), responseOf(after)] as const;
      if (responses.add(...sent) <= examplesOfEach) {
        const { productId, userLocale, requestedAt } = subject;
        examples.push({
          requestIdentifier,
          requestedAt,
          productId,
          userLocale,
          from: { ...chosen[0], response: sent[0] },
          to: { ...chosen[1], response: sent[1] },
        });
      }
      return true;
    },
    report: () => ({
      ...counts,
      byRule: rules.list(),
      byResponse: responses.list(),
      examples: [...examples],
    }),
  };
}

/** What is sent, to the last member: two are the same exactly where this is. */
function sentBy({ candidates }: Evaluation): string {
  const [first] = candidates;
  return first === undefined ? "" : canonicalJson(first);
}

/** Without a need nobody looks; what the other flow would have seen then cannot be known. */
function isStateMissing(
  { subscriber, productId }: Subject,
  flows: readonly PreparedSnapshot[],
): boolean {
  if (subscriber.status !== "unavailable" || subscriber.reason !== "notNeeded") return false;
  return flows.some((flow) => needsSubscriberState(flow, productId));
}

function countMoves<Place extends object>() {
  const moves = new Map<string, { from: Place; to: Place; count: number }>();
  return {
    /** Returns how many there are of this one now. */
    add(from: Place, to: Place): number {
      const key = canonicalJson([from, to]);
      const known = moves.get(key) ?? { from, to, count: 0 };
      known.count += 1;
      moves.set(key, known);
      return known.count;
    },
    list: (): readonly Move<Place>[] =>
      [...moves.entries()]
        .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
        .map(([, { from, to, count }]) => ({ from, to, count })),
  };
}
