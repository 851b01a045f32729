import { AppleApiError } from "@holdfast/appstore/http";
import { createFailureStreak } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import { heedingInterruption } from "../heeding-interruption.ts";
import { sayProgress } from "../storekit/progress.ts";

/** How one of many calls ended; the rest of the work goes on unless it cannot. */
export type BulkOutcome<Done extends string> =
  | { readonly status: Done }
  | { readonly status: "failed"; readonly error: AppleApiError }
  /** Something ended the work before. */
  | { readonly status: "notTried" };

/** What many calls are made with. */
export interface BulkOptions<Item, Done extends string> {
  /** Does one, and returns how it ended well. */
  readonly act: (item: Item) => Promise<Done>;
  /** Names one for people. */
  readonly nameOf: (item: Item) => string;
  readonly io: Pick<Io, "stderr" | "isErrTty" | "signal">;
}

/** How the whole work ended. */
export interface BulkResult<Item, Done extends string> {
  readonly outcomes: readonly { readonly item: Item; readonly outcome: BulkOutcome<Done> }[];
  /** What ended the work early. */
  readonly stoppedBy: AppleApiError | undefined;
}

/**
 * Makes one call after the other; the client keeps the pace. A call Apple refuses is told and the
 * next one is made; what would fail for all of them, and Ctrl-C, ends the work, and what was done is
 * told.
 *
 * @throws what `act` throws and is no `AppleApiError`
 */
export function runBulk<Item, Done extends string>(
  items: readonly Item[],
  options: BulkOptions<Item, Done>,
): Promise<BulkResult<Item, Done>> {
  return heedingInterruption(options.io, () => runInOrder(items, options));
}

async function runInOrder<Item, Done extends string>(
  items: readonly Item[],
  { act, nameOf, io }: BulkOptions<Item, Done>,
): Promise<BulkResult<Item, Done>> {
  const outcomes: { item: Item; outcome: BulkOutcome<Done> }[] = [];
  const streak = createFailureStreak();
  let stoppedBy: AppleApiError | undefined;
  for (const [index, item] of items.entries()) {
    const outcome = stoppedBy === undefined ? await actOnce(act, item) : NOT_TRIED;
    outcomes.push({ item, outcome });
    if (outcome.status === "notTried") continue;
    sayProgress(io, `${index + 1} of ${items.length}: ${nameOf(item)} ${outcome.status}`);
    const error = "error" in outcome ? outcome.error : undefined;
    if (streak.endsWork(error)) stoppedBy = error;
  }
  return { outcomes, stoppedBy };
}

const NOT_TRIED = { status: "notTried" } as const;

async function actOnce<Item, Done extends string>(
  act: (item: Item) => Promise<Done>,
  item: Item,
): Promise<BulkOutcome<Done>> {
  try {
    return { status: await act(item) };
  } catch (error) {
    if (error instanceof AppleApiError) return { status: "failed", error };
    throw error;
  }
}
