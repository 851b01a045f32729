import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import { HISTORY_ATTRIBUTE, HISTORY_MEASURES } from "../evaluate/attributes.ts";
import type { HistoryMeasure } from "../evaluate/attributes.ts";
import { checkTest } from "./check-test.ts";
import type { Validation } from "./validation.ts";

const MEASURES: readonly HistoryMeasure[] = ["count", "lastAt", "daysSinceLast"];

/** Checks a test of earlier decisions: whose, and at least one measure with a test. */
export function checkHistoryTest(validation: Validation, test: unknown, path: FlowPath): void {
  // The schema admits nothing but its object here.
  const written = test as Readonly<Record<string, unknown>>;
  const { rule, offer } = written;
  if ((rule === undefined) === (offer === undefined)) {
    const message = `${HISTORY_ATTRIBUTE} needs either rule or offer`;
    validation.report({ code: "TEST_EMPTY", message, path });
  }
  if (typeof rule === "string") checkRule(validation, rule, [...path, "rule"]);
  if (typeof offer === "string") checkOffer(validation, offer, [...path, "offer"]);
  const measures = MEASURES.filter((measure) => written[measure] !== undefined);
  if (measures.length === 0) {
    const message = `${HISTORY_ATTRIBUTE} compares nothing; it takes ${MEASURES.join(", ")}`;
    validation.report({ code: "TEST_EMPTY", message, path });
  }
  for (const measure of measures) {
    const type = HISTORY_MEASURES[measure];
    const definition = { type, source: "history", description: "" } as const;
    const attribute = `${HISTORY_ATTRIBUTE} ${measure}`;
    checkTest(validation, {
      attribute,
      definition,
      test: written[measure],
      path: [...path, measure],
    });
  }
}

/** A warning only: a rule that was taken out of the flow still has its history. */
function checkRule(validation: Validation, name: string, path: FlowPath): void {
  const names = validation.ruleNames;
  if (names.has(name)) return;
  const message = `there is no rule "${name}" in the flow${didYouMean(name, names)}`;
  validation.report({ code: "UNKNOWN_RULE", message, path, severity: "warning" });
}

function checkOffer(validation: Validation, name: string, path: FlowPath): void {
  const { catalog } = validation;
  if (catalog === undefined) return;
  const known = catalog.products.flatMap(({ productId, promotionalOffers }) =>
    promotionalOffers.map(({ offerIdentifier }) => `${productId}/${offerIdentifier}`),
  );
  if (known.includes(name)) return;
  const message = `there is no offer "${name}"; expected productId/offerIdentifier${didYouMean(name, known)}`;
  validation.report({ code: "UNKNOWN_OFFER", message, path });
}
