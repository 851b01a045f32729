import type { RouteBody, routes } from "@holdfast/api";
import { columns } from "../output.ts";
import { sayWindow } from "./window-length.ts";

type Outcomes = RouteBody<typeof routes.readOutcomes>;
type Unit = Outcomes["units"][number];
type Arm = Unit["arms"][number];
type Counted = Omit<Arm, "arm" | "messages">;

const HEAD = [
  "Subscriptions",
  "Kept",
  "Cancelled",
  "Redeemed",
  "Switched",
  "Retention offer",
  "Unknown",
  "Open",
  "Keep rate",
  "Renewed",
  "Revenue",
];

/** Returns outcomes for people: a table for each unit, with its messages where they are asked for. */
export function renderOutcomes(
  { units, from, to, windowMs, isRecounting }: Outcomes,
  { withMessages }: { readonly withMessages: boolean },
): readonly string[] {
  const about = `first requests from ${from} to ${to} (UTC), by what was done within ${sayWindow(windowMs)}`;
  if (units.length === 0) return [`no outcomes of ${about}`];
  return [
    about,
    ...(isRecounting ? ["the window was changed: some are still counted by the one before"] : []),
    ...units.flatMap((unit) => ["", unit.unit, ...renderUnit(unit, withMessages)]),
    "",
    "Keep rate: the share that did not turn renewal off within the window, of those of whom it is known,",
    "with its 95 % interval. It is Holdfast's; Apple's save rate is something else.",
  ];
}

function renderUnit({ arms, comparisons }: Unit, withMessages: boolean): readonly string[] {
  const rows = arms.flatMap((each) => [
    [each.arm ?? "all", ...cellsOf(each)],
    ...(withMessages ? each.messages.map((message) => [nameOf(message), ...cellsOf(message)]) : []),
  ]);
  const first = arms.some(({ arm }) => arm !== undefined) ? "Arm" : "";
  return [
    ...columns([[first, ...HEAD], ...rows]),
    ...comparisons.map(
      ({ arm, against, difference, low, high }) =>
        `${arm} against ${against}: ${sayPoints(difference)} points [${sayPoints(low)}, ${sayPoints(high)}]`,
    ),
  ];
}

function nameOf({ rule, message, delivered }: Arm["messages"][number]): string {
  const what = message === undefined ? delivered : `${message} (${delivered})`;
  return `  ${rule === undefined ? "" : `${rule}: `}${what}`;
}

function cellsOf({ subscriptions, outcomes, keepRate, renewals, revenue }: Counted) {
  const { kept, cancelled, redeemed, switched, retentionOffer, unknown, open } = outcomes;
  const counts = [
    subscriptions,
    kept,
    cancelled,
    redeemed,
    switched,
    retentionOffer,
    unknown,
    open,
  ];
  const rate =
    keepRate &&
    `${sayPercent(keepRate.value)} [${sayPercent(keepRate.low)}, ${sayPercent(keepRate.high)}]`;
  const paid = revenue.map(
    ({ currency, milliunits }) => `${(milliunits / 1000).toFixed(2)} ${currency}`,
  );
  return [...counts.map(String), rate ?? "-", String(renewals.renewed), paid.join(", ")];
}

function sayPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Percentage points, with their sign. */
function sayPoints(difference: number): string {
  const points = (difference * 100).toFixed(1);
  return difference > 0 ? `+${points}` : points;
}
