import { UsageError } from "@holdfast/appstore/errors";
import type { AuditActor } from "../audit/audit-entry.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Database } from "../storage/index.ts";
import type { Caller } from "./caller.ts";
import type { KeptAnswer, KeyClaim } from "./idempotency.ts";
import type { AuditDraft, Change } from "./implementation.ts";

/** The request a change is made by. */
export interface ChangeOptions {
  readonly database: Database;
  readonly operationId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller | undefined;
  readonly requestId: string;
  readonly now: number;
  /** Of a creation with an Idempotency-Key. */
  readonly claim: KeyClaim | undefined;
}

/** Who acts where nobody is signed in and the handler names nobody. */
const NOBODY: AuditActor = { kind: "system", id: "http", name: "Somebody not signed in" };

/**
 * Runs a change in one transaction: what it writes, its audit entries, and the answer under its key.
 *
 * @throws UsageError `CHANGE_NOT_AUDITED`, with nothing changed
 */
export async function runChange<Answer extends KeptAnswer>(
  act: (change: Change) => Promise<Answer>,
  options: ChangeOptions,
): Promise<Answer> {
  const { database, operationId, claim, now } = options;
  return database.transaction(async (transaction) => {
    const { queries } = transaction;
    let entries = 0;
    const answer = await act({
      queries,
      announce: (change) => {
        transaction.announce(change);
      },
      async audit(draft) {
        entries += 1;
        await recordAudit(queries, entryOf(draft, options), now);
      },
    });
    if (entries === 0) {
      throw new UsageError(
        "CHANGE_NOT_AUDITED",
        `${operationId}: expected the change to write an audit entry; call change.audit()`,
      );
    }
    await claim?.keep(queries, answer);
    return answer;
  });
}

function entryOf(draft: AuditDraft, { operationId, params, caller, requestId }: ChangeOptions) {
  return {
    actor: caller ?? NOBODY,
    action: operationId,
    app: params["app"],
    environment: params["environment"],
    requestId,
    ...draft,
  };
}
