import type { RouteBody, routes } from "@holdfast/api";
import { differenceInterval, wilsonInterval } from "./proportion-interval.ts";
import type { Proportion } from "./proportion-interval.ts";
import type { CountedOutcomes, CountedRevenue } from "./read-outcomes.ts";
import { HOLDOUT_ARMS } from "./units-of.ts";

type Unit = RouteBody<typeof routes.readOutcomes>["units"][number];
type Arm = Unit["arms"][number];
type Counted = Omit<Arm, "arm" | "messages">;

/** What was counted, in rows. */
interface Rows {
  readonly counts: readonly CountedOutcomes[];
  readonly revenue: readonly CountedRevenue[];
}

/** An arm's name that says that others are compared with it. */
const CONTROL_ARMS: ReadonlySet<string> = new Set(["control", HOLDOUT_ARMS.heldOut]);

/** Returns units, their arms and their messages, each by name, of what was counted. */
export function reportOutcomes(rows: Rows): Unit[] {
  return splitBy(rows, ({ unit }) => unit).map(([unit, ofUnit]) => {
    const arms = splitBy(ofUnit, ({ arm }) => arm).map(reportArm);
    return { unit, arms, comparisons: compareArms(arms) };
  });
}

function reportArm([arm, rows]: readonly [string, Rows]): Arm {
  const messages = splitBy(rows, ({ rule, message, delivered }) =>
    JSON.stringify([rule, message, delivered]),
  );
  return {
    ...(arm === "" ? {} : { arm }),
    ...addUp(rows),
    messages: messages.flatMap(([, ofMessage]) => reportMessage(ofMessage)),
  };
}

function reportMessage(rows: Rows): Arm["messages"] {
  const [first] = rows.counts;
  if (first === undefined) return [];
  const { rule, message, delivered } = first;
  return [
    {
      ...(rule === "" ? {} : { rule }),
      ...(message === "" ? {} : { message }),
      delivered,
      ...addUp(rows),
    },
  ];
}

function addUp({ counts, revenue }: Rows): Counted {
  const outcomes = {
    kept: 0,
    cancelled: 0,
    redeemed: 0,
    switched: 0,
    retentionOffer: 0,
    unknown: 0,
    open: 0,
  };
  const renewals = { renewed: 0, lapsed: 0, unknown: 0, open: 0 };
  let subscriptions = 0;
  for (const { outcome, renewal, count } of counts) {
    outcomes[outcome] += count;
    renewals[renewal] += count;
    subscriptions += count;
  }
  const known = subscriptions - outcomes.unknown - outcomes.open;
  const kept = known - outcomes.cancelled;
  return {
    subscriptions,
    known,
    outcomes,
    ...(known === 0
      ? {}
      : { keepRate: { value: kept / known, ...wilsonInterval({ count: kept, of: known }) } }),
    renewals,
    revenue: addUpRevenue(revenue),
  };
}

function addUpRevenue(revenue: readonly CountedRevenue[]): Counted["revenue"] {
  const sums = new Map<string, { milliunits: number; renewals: number }>();
  for (const { currency, milliunits, renewals } of revenue) {
    const sum = sums.get(currency) ?? { milliunits: 0, renewals: 0 };
    sum.milliunits += milliunits;
    sum.renewals += renewals;
    sums.set(currency, sum);
  }
  const paid = [...sums].map(([currency, sum]) => Object.assign(sum, { currency }));
  return paid.sort((one, other) => (one.currency < other.currency ? -1 : 1));
}

/** Compares arms whose outcomes are known with the one that is called so, else with the first. */
function compareArms(arms: readonly Arm[]): Unit["comparisons"] {
  const named = arms.flatMap((each) =>
    each.arm === undefined ? [] : [{ name: each.arm, kept: keptIn(each) }],
  );
  const against = named.find(({ name }) => CONTROL_ARMS.has(name)) ?? named[0];
  if (against === undefined || against.kept.of === 0) return [];
  return named
    .filter(({ name, kept }) => name !== against.name && kept.of > 0)
    .map(({ name, kept }) => {
      const difference = kept.count / kept.of - against.kept.count / against.kept.of;
      const { low, high } = differenceInterval(kept, against.kept);
      return { arm: name, against: against.name, difference, low, high };
    });
}

function keptIn({ known, outcomes }: Counted): Proportion {
  return { count: known - outcomes.cancelled, of: known };
}

function splitBy(
  { counts, revenue }: Rows,
  keyOf: (row: CountedOutcomes | CountedRevenue) => string,
): readonly (readonly [string, Rows])[] {
  const parts = new Map<string, { counts: CountedOutcomes[]; revenue: CountedRevenue[] }>();
  const partOf = (key: string) => {
    const part = parts.get(key) ?? { counts: [], revenue: [] };
    parts.set(key, part);
    return part;
  };
  for (const row of counts) partOf(keyOf(row)).counts.push(row);
  for (const row of revenue) partOf(keyOf(row)).revenue.push(row);
  return [...parts].sort(([one], [other]) => (one < other ? -1 : 1));
}
