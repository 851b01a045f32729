import { routes } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import type { CursorValue } from "@holdfast/api/server";
import { readApp } from "../apps/index.ts";
import { implement, pageOf } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import { beginTest, unwritten, writeBegun } from "./begin-test.ts";
import type { BeginTestMeans } from "./begin-test.ts";
import type { PerformanceTest } from "./performance-test.ts";
import { findTest, listTests } from "./stored-tests.ts";

/** What the operations on performance tests need. */
export type PerformanceTestsFeatureOptions = BeginTestMeans;

/** Returns the operations on performance tests. */
export function createPerformanceTestsFeature(options: PerformanceTestsFeatureOptions): Feature {
  return { operations: [create(options), list(options), read(options)] };
}

function create(options: PerformanceTestsFeatureOptions): Implementation {
  const route = routes.createPerformanceTest;
  return implement(route, async ({ params, body }, { caller, now, signal, change }) => {
    const { originalTransactionId } = body;
    const { app } = params;
    const wanted = { app, originalTransactionId, startedBy: caller.id, now, signal };
    const test = await beginTest(options, wanted);
    try {
      return await change(async (transaction) => {
        await writeBegun(transaction, test);
        return { body: itemOf(test) };
      });
    } catch (error) {
      throw unwritten(test, error);
    }
  });
}

function list({ database: { queries } }: PerformanceTestsFeatureOptions): Implementation {
  const route = routes.listPerformanceTests;
  return implement(route, async ({ params: { app }, query: { limit, cursor } }) => {
    await readApp(queries, app);
    const { operationId } = route;
    const kinds = ["number", "string"] as const;
    const position = cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
    const after = position && { startedAt: position[0], requestId: position[1] };
    const rows = await listTests(queries, app, { limit: limit + 1, after });
    return { body: pageOf(rows, { operationId, limit, itemOf, positionOf }) };
  });
}

function read({ database: { queries } }: PerformanceTestsFeatureOptions): Implementation {
  return implement(routes.readPerformanceTest, async ({ params: { app, test: requestId } }) => {
    const test = await findTest(queries, { app, requestId });
    if (test !== undefined) return { body: itemOf(test) };
    throw new ApiRefusal("NOT_FOUND", `${app} has no performance test ${requestId}`);
  });
}

function positionOf({ startedAt, requestId }: PerformanceTest): readonly CursorValue[] {
  return [startedAt, requestId];
}

function itemOf(test: PerformanceTest) {
  const { requestId, startedAt, readAt, result, config, findings, nextAskAt } = test;
  const { failures, ...others } = findings;
  return {
    requestId,
    startedAt,
    ...(readAt === null ? {} : { readAt }),
    result,
    isFollowed: nextAskAt !== null,
    config,
    ...others,
    ...(failures === undefined ? {} : { failures: { ...failures } as Record<string, number> }),
  };
}
