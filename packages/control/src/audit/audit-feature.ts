import { routes } from "@holdfast/api";
import type { RouteBody, RouteInput } from "@holdfast/api";
import { readCursor } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import { implement, pageOf } from "../http/index.ts";
import type { Caller, Feature } from "../http/index.ts";
import { fromJsonText } from "../storage/index.ts";
import type { Queries, Schema } from "../storage/index.ts";
import type { AuditDetails } from "./audit-entry.ts";

type Query = RouteInput<typeof routes.listAudit>["query"];
type AuditRow = Selectable<Schema["audit_log"]>;
type AuditItem = RouteBody<typeof routes.listAudit>["items"][number];

/** Returns the operations that read the audit log. */
export function createAuditFeature({ queries }: { readonly queries: Queries }): Feature {
  return {
    operations: [
      implement(
        routes.listAudit,
        async ({ query }, { caller }) => ({ body: await listAudit(queries, query, caller) }),
        { heedsApps: true },
      ),
    ],
  };
}

/** Newest first; who administers some apps sees what was done to these. */
async function listAudit(queries: Queries, query: Query, caller: Caller) {
  return pageOf(await select(queries, query, caller), {
    operationId: routes.listAudit.operationId,
    limit: query.limit,
    itemOf,
    positionOf: ({ at, id }) => [at, id],
  });
}

async function select(
  queries: Queries,
  query: Query,
  { apps }: Caller,
): Promise<readonly AuditRow[]> {
  const { limit, cursor, app, environment, actor, action, from, until } = query;
  let rows = queries
    .selectFrom("audit_log")
    .selectAll()
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (apps !== "all") rows = rows.where("app", "in", [...apps]);
  if (app !== undefined) rows = rows.where("app", "=", app);
  if (environment !== undefined) rows = rows.where("environment", "=", environment);
  if (actor !== undefined) rows = rows.where("actor", "=", actor);
  if (action !== undefined) rows = rows.where("action", "=", action);
  if (from !== undefined) rows = rows.where("at", ">=", from);
  if (until !== undefined) rows = rows.where("at", "<", until);
  if (cursor === undefined) return rows.execute();
  const { operationId } = routes.listAudit;
  const [at, id] = readCursor(cursor, { operationId, kinds: ["number", "string"] });
  return rows.where((row) => row(row.refTuple("at", "id"), "<", row.tuple(at, id))).execute();
}

function itemOf(row: AuditRow): AuditItem {
  const isSystem = row.actor_kind === "system";
  const { actorName, summary, changes } = readDetails(row);
  return {
    id: row.id,
    at: row.at,
    actorKind: row.actor_kind === "user" ? "person" : row.actor_kind,
    ...(isSystem ? {} : { actorId: row.actor }),
    actorName,
    action: row.action,
    ...(row.app === null ? {} : { app: row.app }),
    ...(isEnvironment(row.environment) ? { environment: row.environment } : {}),
    ...(row.subject === null ? {} : { target: row.subject }),
    summary,
    ...(changes === undefined ? {} : { changes }),
  };
}

/** Rows are kept for ever: one that lacks something is shown without it. */
function readDetails(row: AuditRow): AuditDetails {
  const details = fromJsonText(row.details) as Partial<AuditDetails>;
  return { actorName: row.actor, summary: row.action, ...details };
}

function isEnvironment(text: string | null): text is "sandbox" | "production" {
  return text === "sandbox" || text === "production";
}
