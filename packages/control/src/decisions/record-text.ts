import type { DecisionRecord } from "@holdfast/runtime/wire";
import { DECISION_RECORD_FORMAT } from "@holdfast/runtime/wire";
import type { Selectable } from "kysely";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { JsonText } from "../storage/index.ts";
import type { DecisionsTable, KeptRecord } from "./tables.ts";

/** The columns a record is made of again. */
export const RECORD_COLUMNS = [
  "app",
  "environment",
  "request_identifier",
  "pseudonym",
  "requested_at",
  "source",
  "rule",
  "record",
] as const;

/**
 * Returns the text that a record is kept as: without what has a column of its own, and without what was
 * delivered where that is what was assigned; a third less. What a later release added stays in it.
 */
export function recordText(record: DecisionRecord): JsonText<KeptRecord> {
  const { assigned, delivered, subject } = record;
  const isAsAssigned =
    delivered !== undefined &&
    delivered.kind === assigned?.kind &&
    JSON.stringify(delivered) === JSON.stringify(assigned);
  return toJsonText<KeptRecord>({
    ...record,
    // JSON leaves members without a value out.
    format: undefined,
    app: undefined,
    environment: undefined,
    requestIdentifier: undefined,
    requestedAt: undefined,
    source: undefined,
    rule: undefined,
    subject: { ...subject, pseudonym: undefined },
    ...(isAsAssigned ? { delivered: undefined, isAsAssigned } : {}),
  });
}

/** Returns the record of a row. */
export function recordOf(
  row: Pick<Selectable<DecisionsTable>, (typeof RECORD_COLUMNS)[number]>,
): DecisionRecord {
  const { isAsAssigned, ...kept } = fromJsonText(row.record);
  const { assigned } = kept;
  // What is left out of the text stands in the columns.
  return {
    format: DECISION_RECORD_FORMAT,
    app: row.app,
    environment: row.environment,
    requestIdentifier: row.request_identifier,
    requestedAt: row.requested_at,
    source: row.source,
    ...(row.rule === null ? {} : { rule: row.rule }),
    ...kept,
    subject: { pseudonym: row.pseudonym, ...kept.subject },
    ...(isAsAssigned === true && assigned !== undefined ? { delivered: assigned } : {}),
  } as DecisionRecord;
}
