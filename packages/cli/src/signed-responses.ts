import type { Snapshot, SnapshotResponse } from "@holdfast/flow/snapshot";

/** Returns the names of the rules that can only be answered with a signature. */
export function signedResponsesOf({ rules }: Pick<Snapshot, "rules">): readonly string[] {
  return rules.filter((rule) => responsesOf(rule).some(isSigned)).map(({ name }) => name);
}

/** Returns the promotional offers that rules give, as a stop list names them: `product/offer`, each once. */
export function offersOf({ rules }: Pick<Snapshot, "rules">): readonly string[] {
  const targets = rules
    .flatMap(responsesOf)
    .flatMap((response) =>
      response.kind === "promotionalOffer" ? Object.values(response.offers) : [],
    );
  return [...new Set(targets.map(({ product, offer }) => `${product}/${offer}`))];
}

/** A rule's own response, and those of its arms. */
function responsesOf({
  respond,
  experiment,
}: Snapshot["rules"][number]): readonly SnapshotResponse[] {
  const arms = experiment?.arms.map((arm) => arm.respond) ?? [];
  return respond === undefined ? arms : [respond, ...arms];
}

function isSigned({ kind }: SnapshotResponse): boolean {
  return kind === "promotionalOffer" || kind === "advancedCommerceInfo";
}
