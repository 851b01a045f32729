import type { AppleApiError } from "@holdfast/appstore/http";
import { UsageError } from "@holdfast/appstore/errors";
import { MAX_MESSAGES_PER_APP, normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import { isAlreadyThere } from "@holdfast/appstore/retention-messaging/client";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { messageIdentifier } from "@holdfast/flow/identifiers";
import type { Io } from "../command.ts";
import { MESSAGES } from "../storekit/reviewed-kind.ts";
import { flowTextOf, uploadBodyOf } from "./message-row.ts";
import type { MessageRow } from "./message-row.ts";
import { runBulk } from "./run-bulk.ts";
import type { BulkOutcome } from "./run-bulk.ts";

/** A row with the identifier it has at Apple. */
interface IdentifiedRow {
  readonly row: MessageRow;
  readonly identifier: string;
}

/** What is to be done with rows, held against what Apple has. */
export interface UploadPlan {
  readonly rows: readonly IdentifiedRow[];
  /** One row for each identifier Apple does not have. */
  readonly missing: readonly IdentifiedRow[];
  /** Review states of those Apple has, by identifier. */
  readonly known: ReadonlyMap<string, string>;
}

/** What became of a row. */
type RowAction = "uploaded" | "skipped" | "rejected";

/** What became of every row. */
export interface UploadedRows {
  readonly results: readonly (IdentifiedRow & { readonly outcome: BulkOutcome<RowAction> })[];
  readonly stoppedBy: AppleApiError | undefined;
}

/**
 * Holds rows against Apple's list. Identifiers come from the content, so what was imported before is
 * there under the same one.
 *
 * @throws UsageError `TOO_MANY_MESSAGES` when they would be more than Apple takes
 * @throws AppleApiError
 */
export async function planUploads(
  rows: readonly MessageRow[],
  client: RetentionMessagingClient,
  { signal }: Pick<Io, "signal">,
): Promise<UploadPlan> {
  const { bundleId } = client;
  // Without image files there is always an identifier.
  const identified = rows.map((row) => ({
    row,
    identifier: messageIdentifier(flowTextOf(row), { bundleId }) ?? "",
  }));
  const { items } = await MESSAGES.fetchList(client, { signal });
  const known = new Map(items.map(({ identifier, state }) => [identifier, state]));
  const missing = new Map(
    identified
      .filter(({ identifier }) => !known.has(identifier))
      .map((one) => [one.identifier, one]),
  );
  const total = known.size + missing.size;
  if (total > MAX_MESSAGES_PER_APP) {
    const message = `expected at most ${MAX_MESSAGES_PER_APP} messages, which is what Apple takes; there are ${known.size}, and ${missing.size} would be added. Nothing was sent; delete some first`;
    throw new UsageError("TOO_MANY_MESSAGES", message);
  }
  return { rows: identified, missing: [...missing.values()], known };
}

/** Uploads what is missing, one after the other. */
export async function uploadRows(
  plan: UploadPlan,
  client: RetentionMessagingClient,
  io: Io,
): Promise<UploadedRows> {
  const { outcomes, stoppedBy } = await runBulk(plan.missing, {
    io,
    nameOf: ({ row }) => `${row.name} ${row.locale}`,
    act: async ({ row, identifier }) => {
      try {
        await client.uploadMessage(identifier, uploadBodyOf(row), { signal: io.signal });
        return "uploaded" as const;
      } catch (error) {
        // It was uploaded meanwhile.
        if (isAlreadyThere(error)) return "skipped" as const;
        throw error;
      }
    },
  });
  const outcomeOf = new Map(outcomes.map(({ item, outcome }) => [item.identifier, outcome]));
  const results = plan.rows.map(({ row, identifier }) => {
    const status = isRejected(plan, identifier) ? ("rejected" as const) : ("skipped" as const);
    return { row, identifier, outcome: outcomeOf.get(identifier) ?? { status } };
  });
  return { results, stoppedBy };
}

/** Tells whether Apple has rejected a text before: under its identifier it stays rejected. */
export function isRejected({ known }: UploadPlan, identifier: string): boolean {
  const state = known.get(identifier);
  return state !== undefined && normalizeReviewState(state) === "REJECTED";
}
