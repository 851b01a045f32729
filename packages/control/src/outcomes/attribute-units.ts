import { wantStatuses } from "../statuses/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { decideUnit } from "./decide-unit.ts";
import { readHeard } from "./heard-slots.ts";
import { moveCounts } from "./move-counts.ts";
import type { UnitMove } from "./move-counts.ts";
import { nextLook } from "./next-look.ts";
import { readOutcomeSettings } from "./outcome-settings.ts";
import { deleteSubjects, holdSubjects, writeSubjects } from "./outcome-subjects.ts";
import { readUnits, writeUnits } from "./outcome-units.ts";
import type { OutcomeUnit } from "./outcome-units.ts";
import { readSignals } from "./stored-signals.ts";

/** Which subscriptions, and by when. */
export interface Attribution {
  readonly pseudonyms: readonly string[];
  /** Milliseconds since 1970, by our clock: only for whether it was long enough ago. */
  readonly now: number;
  /** Whether to pass over those that are not due, which somebody else has looked at meanwhile. */
  readonly isDueOnly: boolean;
}

/**
 * Decides the outcomes and renewals of subscriptions by all that is known of them, moves what is counted, has
 * statuses fetched where something is missing, and writes when each is to be looked at again. Doing it twice,
 * or two doing it at once, counts nothing twice.
 */
export async function attributeUnits(
  transaction: Transaction,
  place: SubscriptionPlace,
  attribution: Attribution,
): Promise<void> {
  const { queries } = transaction;
  const pseudonyms = await holdThose(queries, place, attribution);
  const { windowMs } = await readOutcomeSettings(queries, place);
  const { now } = attribution;
  const moves = await decideAll(queries, place, { pseudonyms, windowMs, now });
  const changed = moves.filter(isChanged);
  await writeUnits(
    transaction,
    changed.map(({ after }) => after),
  );
  await moveCounts(queries, place, changed);
  const looks = looksAt(moves, windowMs, now);
  await writeSubjects(
    queries,
    place,
    pseudonyms.map((pseudonym) => {
      const { at = Infinity } = looks.get(pseudonym) ?? {};
      return { pseudonym, hasUnits: true, dueAt: Number.isFinite(at) ? at : null };
    }),
  );
  const wanted = pseudonyms
    .map((pseudonym) => ({ pseudonym, signedAfter: looks.get(pseudonym)?.signedAfter }))
    .flatMap(({ pseudonym, signedAfter }) =>
      signedAfter === undefined ? [] : [{ pseudonym, signedAfter, reason: "outcome" as const }],
    );
  if (wanted.length > 0) await wantStatuses(transaction, place, wanted, { now });
}

/** Holds subscriptions and returns those that are to be looked at, leaving no row of one that is gone. */
async function holdThose(
  queries: Queries,
  place: SubscriptionPlace,
  { pseudonyms, now, isDueOnly }: Attribution,
): Promise<readonly string[]> {
  const held = [...(await holdSubjects(queries, place, pseudonyms)).values()];
  const gone = held.filter(({ isNew }) => isNew).map(({ pseudonym }) => pseudonym);
  await deleteSubjects(queries, place, gone);
  return held
    .filter(({ hasUnits }) => hasUnits)
    .filter(({ dueAt }) => !isDueOnly || (dueAt !== null && dueAt <= now))
    .map(({ pseudonym }) => pseudonym)
    .toSorted();
}

interface DecideAll {
  readonly pseudonyms: readonly string[];
  readonly windowMs: number;
  readonly now: number;
}

async function decideAll(
  queries: Queries,
  place: SubscriptionPlace,
  { pseudonyms, windowMs, now }: DecideAll,
): Promise<readonly Required<UnitMove>[]> {
  const units = await readUnits(queries, place, pseudonyms);
  const signals = await readSignals(queries, place, pseudonyms);
  const exposed = units.map(({ exposed_at }) => exposed_at);
  const all = { from: Math.min(...exposed, now), to: Math.max(...exposed, 0) + windowMs };
  const isHeard = await readHeard(queries, place, { all, windowMs });
  const terms = { windowMs, isHeard, now };
  return units.map((before) => {
    const after = decideUnit(before, signals.get(before.pseudonym) ?? [], terms);
    return { before, after };
  });
}

/** Returns when each subscription is to be looked at again, and which status of it is wanted. */
function looksAt(moves: readonly Pick<UnitMove, "after">[], windowMs: number, now: number) {
  const looks = new Map<string, { at: number; signedAfter?: number }>();
  for (const { after } of moves) {
    const look = looks.get(after.pseudonym) ?? { at: Infinity };
    const { at, wantsSignedAfter } = nextLook(after, { windowMs, now });
    look.at = Math.min(look.at, at);
    if (wantsSignedAfter !== undefined) {
      look.signedAfter = Math.max(look.signedAfter ?? 0, wantsSignedAfter);
    }
    looks.set(after.pseudonym, look);
  }
  return looks;
}

/** What deciding writes. */
const DECIDED = [
  "outcome",
  "outcome_at",
  "renewal",
  "renewal_at",
  "period_ends_at",
  "revenue",
  "currency",
] as const satisfies readonly (keyof OutcomeUnit)[];

function isChanged({ before, after }: UnitMove): boolean {
  return DECIDED.some((column) => before?.[column] !== after[column]);
}
