import { setImmediate as nextTurn } from "node:timers/promises";
import { WireError, openSealedValue } from "@holdfast/runtime/wire";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { compareFlows } from "@holdfast/runtime/simulate";
import type { FlowComparison, PastDecision } from "@holdfast/runtime/simulate";
import { listDecisions } from "../decisions/list-decisions.ts";
import type { DecisionPosition } from "../decisions/list-decisions.ts";
import type { SimulatedFlow } from "./simulated-flow.ts";
import type { SimulatedPlace } from "./simulated-place.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** The flows to compare, and over how many decisions. */
export interface DecisionComparisonOptions {
  readonly from: SimulatedFlow;
  readonly to: SimulatedFlow;
  /** The newest ones. */
  readonly last: number;
  readonly signal?: AbortSignal;
  /** Milliseconds after which no further one is compared; default 20 seconds. */
  readonly budgetMs?: number;
  /** Milliseconds on a clock that never goes back; default the process's. */
  readonly elapsed?: () => number;
}

/** What changes between two flows for those who were asked. */
export interface DecisionComparison extends FlowComparison {
  /** Decisions whose sealed id does not open. */
  readonly notOpened: number;
  /** Whether time was over before all of them were compared. */
  readonly isCut: boolean;
  /** When the oldest and the newest were asked, ms since 1970; absent where there is none. */
  readonly oldestAt?: number;
  readonly newestAt?: number;
}

/** Decisions read at once. */
const PAGE = 250;

/** How long evaluating goes on before others get their turn, ms. */
const TURN_MS = 10;

const DEFAULT_BUDGET_MS = 20_000;

const decoder = new TextDecoder();

/**
 * Evaluates two flows for the subjects of the newest decisions, each as it was recorded. The ids that their
 * buckets follow from are opened for it, and forgotten.
 */
export async function compareDecisions(
  means: Pick<SimulatorMeans, "database" | "runtimeKeys">,
  place: SimulatedPlace,
  options: DecisionComparisonOptions,
): Promise<DecisionComparison> {
  const { from, to, last, signal, budgetMs = DEFAULT_BUDGET_MS } = options;
  const { elapsed = () => performance.now() } = options;
  const { app, environment } = place;
  const endsAt = elapsed() + budgetMs;
  let turnEndsAt = elapsed() + TURN_MS;
  const comparer = compareFlows({ from: from.prepared, to: to.prepared });
  const times: number[] = [];
  let notOpened = 0;
  let read = 0;
  let after: DecisionPosition | undefined;
  while (read < last && elapsed() < endsAt) {
    signal?.throwIfAborted();
    const limit = Math.min(PAGE, last - read);
    const page = await listDecisions(means.database.queries, { app, environment, limit, after });
    const { decisions, next } = page;
    const subjects = await Promise.all(
      decisions.map(({ record }) => pastDecision(means, place, record)),
    );
    for (const decision of subjects) {
      if (decision === undefined) {
        notOpened += 1;
        continue;
      }
      comparer.add(decision);
      times.push(decision.subject.requestedAt);
      if (elapsed() < turnEndsAt) continue;
      await nextTurn();
      turnEndsAt = elapsed() + TURN_MS;
    }
    read += decisions.length;
    after = next;
    if (next === undefined) break;
  }
  const isCut = read < last && after !== undefined;
  return { ...comparer.report(), notOpened, isCut, ...spanOf(times) };
}

function spanOf(times: readonly number[]): Pick<DecisionComparison, "oldestAt" | "newestAt"> {
  const [newestAt, oldestAt] = [times[0], times.at(-1)];
  return newestAt === undefined || oldestAt === undefined ? {} : { newestAt, oldestAt };
}

/** Returns the subject as it was; undefined where the id does not open any more. */
async function pastDecision(
  { runtimeKeys }: Pick<SimulatorMeans, "runtimeKeys">,
  { app, environment, appAppleId }: SimulatedPlace,
  { requestIdentifier, requestedAt, subject }: DecisionRecord,
): Promise<PastDecision | undefined> {
  const { sealedId, productId, userLocale, subscriber } = subject;
  try {
    const { plaintext } = await openSealedValue(runtimeKeys.decisionSeal, sealedId, {
      app,
      environment,
      purpose: "decision",
    });
    const originalTransactionId = decoder.decode(plaintext);
    return {
      requestIdentifier,
      subject: {
        originalTransactionId,
        appAppleId,
        productId,
        userLocale,
        environment,
        requestedAt,
        subscriber,
      },
    };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
