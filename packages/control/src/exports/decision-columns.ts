import type { DecisionDetailBody } from "../decisions/index.ts";

/** The types a column may have. */
type ColumnType = "STRING" | "DOUBLE" | "INT64" | "TIMESTAMP" | "JSON";

/** A column of exported decisions. */
export interface DecisionColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Returns its value: a TIMESTAMP in ms since 1970, JSON as an object; undefined for none. */
  readonly of: (decision: DecisionDetailBody) => string | number | object | undefined;
}

type Response = NonNullable<DecisionDetailBody["assigned"]>;

/**
 * The columns of exported decisions, in their order: what one filters and groups by. The whole decision, as the
 * API shows it, is the last one. New columns are added at the end, and none changes its meaning.
 */
export const DECISION_COLUMNS: readonly DecisionColumn[] = [
  { name: "request_identifier", type: "STRING", of: (one) => one.requestIdentifier },
  { name: "requested_at", type: "TIMESTAMP", of: (one) => one.requestedAt },
  { name: "decided_at", type: "TIMESTAMP", of: (one) => one.decidedAt },
  { name: "received_at", type: "TIMESTAMP", of: (one) => one.receivedAt },
  { name: "latency_ms", type: "DOUBLE", of: (one) => one.latencyMs },
  { name: "pseudonym", type: "STRING", of: (one) => one.pseudonym },
  { name: "product_id", type: "STRING", of: (one) => one.productId },
  { name: "user_locale", type: "STRING", of: (one) => one.userLocale },
  { name: "lookup", type: "STRING", of: (one) => one.lookup },
  { name: "snapshot", type: "STRING", of: (one) => one.snapshot },
  { name: "stop_list_sequence", type: "INT64", of: (one) => one.stopListSequence },
  { name: "source", type: "STRING", of: (one) => one.source },
  { name: "rule", type: "STRING", of: (one) => one.rule },
  { name: "experiment", type: "STRING", of: (one) => one.experiment?.key },
  { name: "arm", type: "STRING", of: (one) => one.experiment?.arm },
  ...responseColumns("assigned"),
  ...responseColumns("delivered"),
  { name: "deviation", type: "STRING", of: (one) => one.deviation },
  { name: "decision", type: "JSON", of: (one) => one },
];

function responseColumns(which: "assigned" | "delivered"): readonly DecisionColumn[] {
  const column = (name: string, of: (response: Response) => unknown) => ({
    name: `${which}_${name}`,
    type: "STRING" as const,
    of: (decision: DecisionDetailBody) => {
      const response = decision[which];
      const value = response === undefined ? undefined : of(response);
      return typeof value === "string" ? value : undefined;
    },
  });
  return [
    column("kind", ({ kind }) => kind),
    column("message", ({ message }) => message),
    column("locale", ({ locale }) => locale),
    column("product_id", ({ productId }) => productId),
    column("offer_identifier", ({ offerIdentifier }) => offerIdentifier),
  ];
}
