import { DECISIONS_COUNTED_BY, routes } from "@holdfast/api";
import { readApp } from "../apps/index.ts";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { countDecisions } from "./count-decisions.ts";
import type { CountBy, Days } from "./count-decisions.ts";
import type { DecisionsMeans } from "./decisions-means.ts";
import { readKnownShares } from "./known-shares.ts";
import { readLosses } from "./senders/read-losses.ts";
import { dayOf } from "./tally-decisions.ts";

const DAY_MS = 86_400_000;

/** How many days are counted where nobody says since when. */
const DEFAULT_DAYS = { counts: 30, shares: 7, losses: 7 } as const;

/** Returns the operations that count. */
export function countOperations({
  database: { queries },
}: Pick<DecisionsMeans, "database">): readonly Implementation[] {
  return [
    implement(routes.countDecisions, async ({ params, query: { by, ...period } }, { now }) => {
      await readApp(queries, params.app);
      const days = daysOf(period, now, DEFAULT_DAYS.counts);
      return { body: await countDecisions(queries, params, { days, by: countedBy(by) }) };
    }),
    implement(routes.readKnownShares, async ({ params, query }, { now }) => {
      await readApp(queries, params.app);
      const days = daysOf(query, now, DEFAULT_DAYS.shares);
      return { body: await readKnownShares(queries, params, days) };
    }),
    implement(routes.readDecisionLosses, async ({ params, query }, { now }) => {
      await readApp(queries, params.app);
      const days = daysOf(query, now, DEFAULT_DAYS.losses);
      return { body: await readLosses(queries, params, days) };
    }),
  ];
}

function countedBy(text: string): readonly CountBy[] {
  const parts = new Set(text.split(","));
  return DECISIONS_COUNTED_BY.filter((one) => parts.has(one));
}

function daysOf(
  { since, until }: { readonly since?: number | undefined; readonly until?: number | undefined },
  now: number,
  usual: number,
): Days {
  return { first: dayOf(since ?? now - usual * DAY_MS), last: dayOf(until ?? now) };
}
