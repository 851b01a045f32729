import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { ApiRefusal, readCursor, writeCursor } from "@holdfast/api/server";
import { readApp } from "../apps/index.ts";
import { implement } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import { isStorageError } from "../storage/index.ts";
import { countOperations } from "./count-operations.ts";
import { ingestDecisions } from "./ingest-decisions.ts";
import type { DecisionsMeans } from "./decisions-means.ts";
import { explainDecision } from "./explain-decision.ts";
import { listDecisions } from "./list-decisions.ts";
import type { DecisionFilter } from "./list-decisions.ts";
import { readDecision } from "./read-decision.ts";
import { decisionBody, decisionDetailBody } from "./stored-decision.ts";

type ExplanationTrace = RouteBody<typeof routes.explainDecision>["trace"];

/** Returns the operations on decisions. */
export function createDecisionsFeature(means: DecisionsMeans): Feature {
  return {
    operations: [
      ingest(means),
      list(means),
      find(means),
      read(means),
      explain(means),
      ...countOperations(means),
    ],
  };
}

function ingest(means: DecisionsMeans): Implementation {
  return implement(
    routes.ingestDecisions,
    async ({ body: { decisions, sender } }, { caller, now }) => {
      try {
        const { apps } = caller;
        const ended = await ingestDecisions(means, { decisions, apps, now, sender });
        return { body: { ...ended, refused: [...ended.refused] } };
      } catch (error) {
        // An app was deleted between the look for it and the commit; the next time it is gone.
        if (!isStorageError(error, "DATABASE_CONSTRAINT")) throw error;
        throw new ApiRefusal("UNAVAILABLE", "ingestDecisions: an app was deleted meanwhile", {
          retryAfterSeconds: 1,
        });
      }
    },
    { heedsApps: true },
  );
}

function list({ database: { queries } }: DecisionsMeans): Implementation {
  const { operationId } = routes.listDecisions;
  return implement(routes.listDecisions, async ({ params, query }) => {
    await readApp(queries, params.app);
    const { limit, cursor, ...filter } = query;
    refuseSeveral(filter);
    const kinds = ["number", "string"] as const;
    const after = cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
    const page = await listDecisions(queries, { ...params, ...filter, limit, after });
    const items = page.decisions.map(decisionBody);
    const { next } = page;
    return {
      body: {
        items,
        ...(next === undefined ? {} : { nextCursor: writeCursor(operationId, next) }),
      },
    };
  });
}

/** There is an index for each alone. */
function refuseSeveral({
  rule,
  source,
  pseudonym,
}: Pick<DecisionFilter, "rule" | "source" | "pseudonym">): void {
  if ([rule, source, pseudonym].filter((given) => given !== undefined).length <= 1) return;
  const message = "expected at most one of rule, source and pseudonym";
  throw new ApiRefusal("INPUT_INVALID", `listDecisions: ${message}`, {
    issues: [{ path: ["query"], message }],
  });
}

function find({ database: { queries }, idsOf, ownerOf }: DecisionsMeans): Implementation {
  return implement(routes.findDecisions, async ({ params, body: { transactionId, limit } }) => {
    await readApp(queries, params.app);
    const ids = await idsOf(params.app);
    // originalTransactionId is a transaction's id too, of which Apple may never have told.
    const transaction = ids.transactionHashOf(transactionId);
    const owner = await ownerOf(queries, params, transaction);
    const pseudonym = owner ?? ids.pseudonymOf(transactionId);
    const { decisions } = await listDecisions(queries, { ...params, pseudonym, limit });
    return { body: { pseudonym, items: decisions.map(decisionBody) } };
  });
}

function read({ database: { queries } }: DecisionsMeans): Implementation {
  return implement(routes.readDecision, async ({ params }) => ({
    body: decisionDetailBody(await readDecision(queries, params)),
  }));
}

function explain({ database: { queries }, runtimeKeys }: DecisionsMeans): Implementation {
  return implement(routes.explainDecision, async ({ params }, { change }) => {
    const decision = await readDecision(queries, params);
    const explained = await explainDecision({ queries, runtimeKeys }, decision.record);
    return change(async ({ audit }) => {
      await audit({
        target: params.request,
        summary: `opened the subscription's id of the decision ${params.request} to explain it`,
      });
      // The API's types want lists they might change; the trace is made anew for each answer.
      const trace = structuredClone(explained.trace) as unknown as ExplanationTrace;
      return {
        body: { decision: decisionDetailBody(decision), agrees: explained.agrees, trace },
      };
    });
  });
}
