import { createIdSource, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { auditLine, auditText, orDash } from "./audit-text.ts";

/** The most characters of what the log shows, as the API describes its entries. */
const MAX_LENGTHS = { actorName: 120, action: 64, target: 255, summary: 2000 } as const;

/** In one order over everything this process writes. */
const ids = createIdSource();

/**
 * Writes down that something was done. With a transaction's queries, so that the entry is there exactly
 * when the change is.
 *
 * @param at - the time now, ms since 1970
 * @throws what the database throws
 */
export async function recordAudit(queries: Queries, entry: AuditEntry, at: number): Promise<void> {
  const { actor, action, app, environment, target, summary, changes, requestId } = entry;
  await queries
    .insertInto("audit_log")
    .values({
      id: `audit_${ids()}`,
      at,
      // The table was there before people were called so.
      actor_kind: actor.kind === "person" ? "user" : actor.kind,
      actor: actor.id,
      action: orDash(auditLine(action, MAX_LENGTHS.action)),
      app: app ?? null,
      environment: environment ?? null,
      subject: target === undefined ? null : orDash(auditLine(target, MAX_LENGTHS.target)),
      details: toJsonText({
        actorName: orDash(auditLine(actor.name, MAX_LENGTHS.actorName)),
        summary: orDash(auditText(summary, MAX_LENGTHS.summary)),
        ...(changes === undefined || Object.keys(changes).length === 0 ? {} : { changes }),
      }),
      request_id: requestId ?? null,
    })
    .execute();
}
