import { routes } from "@holdfast/api";
import { ApiRefusal, etagOf } from "@holdfast/api/server";
import { readApp } from "../apps/index.ts";
import { changesBetween } from "../audit/index.ts";
import { assertMatch, implement } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import type { Database } from "../storage/index.ts";
import { readOutcomeSettings, writeOutcomeSettings } from "./outcome-settings.ts";
import type { OutcomeSettings } from "./outcome-settings.ts";
import { reportOutcomes } from "./outcome-report.ts";
import { DAY_MS } from "./outcome-times.ts";
import { readOutcomes } from "./read-outcomes.ts";

/** What the operations on outcomes need. */
export interface OutcomesFeatureOptions {
  readonly database: Pick<Database, "queries">;
}

/** The days that are read where nobody says which, and the most at once. */
const DAYS = { usual: 30, most: 400 } as const;

/** Returns the operations on outcomes. */
export function createOutcomesFeature(options: OutcomesFeatureOptions): Feature {
  return { operations: [read(options), readSettings(options), configure(options)] };
}

function read({ database: { queries } }: OutcomesFeatureOptions): Implementation {
  return implement(routes.readOutcomes, async ({ params, query }, { now }) => {
    await readApp(queries, params.app);
    const days = readDays(query, now);
    const { windowMs, isRecounting } = await readOutcomeSettings(queries, params);
    const rows = await readOutcomes(queries, { ...params, ...days, unit: query.unit });
    const body = {
      from: dayOf(days.from),
      to: dayOf(days.to),
      windowMs,
      isRecounting,
      units: reportOutcomes(rows),
      readAt: now,
    };
    return { body };
  });
}

function readSettings({ database: { queries } }: OutcomesFeatureOptions): Implementation {
  return implement(routes.readOutcomeSettings, async ({ params }) => {
    await readApp(queries, params.app);
    return answerOf(await readOutcomeSettings(queries, params));
  });
}

function configure({ database }: OutcomesFeatureOptions): Implementation {
  const route = routes.configureOutcomes;
  return implement(route, async ({ params, body: { windowMs }, ifMatch }, { change }) => {
    await readApp(database.queries, params.app);
    return change(async ({ queries, audit }) => {
      const before = await readOutcomeSettings(queries, params);
      assertMatch(ifMatch, before.version);
      const after = await writeOutcomeSettings(queries, params, { before, windowMs });
      await audit({
        target: `${params.app} ${params.environment}`,
        summary: `changed how outcomes are counted in ${params.environment}`,
        changes: changesBetween(before, after, ["windowMs"]),
      });
      return answerOf(after);
    });
  });
}

function answerOf({ version, windowMs, isRecounting }: OutcomeSettings) {
  return { body: { windowMs, isRecounting, isDefault: version === 0 }, etag: etagOf(version) };
}

/** @throws ApiRefusal `INPUT_INVALID` */
function readDays(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): { readonly from: number; readonly to: number } {
  const today = now - (now % DAY_MS);
  const to = query.to === undefined ? today : readDay("to", query.to);
  const from = query.from === undefined ? to - DAYS.usual * DAY_MS : readDay("from", query.from);
  if (from > to) throw refuse("from", `expected a day that is not after ${dayOf(to)}`);
  if (to - from >= DAYS.most * DAY_MS) {
    throw refuse("from", `expected at most ${DAYS.most} days, up to ${dayOf(to)}`);
  }
  return { from, to };
}

function readDay(name: string, text: string): number {
  const at = Date.parse(`${text}T00:00:00Z`);
  // What is no day, like 2026-02-30, is refused, or would be another one.
  const isDay = !Number.isNaN(at) && at >= 0 && dayOf(at) === text;
  if (!isDay) throw refuse(name, "expected a day of the calendar");
  return at;
}

function refuse(name: string, message: string): ApiRefusal {
  return new ApiRefusal("INPUT_INVALID", `readOutcomes: ${name}: ${message}`, {
    issues: [{ path: ["query", name], message }],
  });
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
