import type { Snapshot, SnapshotResponse } from "@holdfast/flow/snapshot";

/** Returns the names of the rules that can only be answered with a signature. */
export function signedResponsesOf({ rules }: Pick<Snapshot, "rules">): readonly string[] {
  return rules
    .filter(({ respond, experiment }) =>
      [respond, ...(experiment?.arms.map((arm) => arm.respond) ?? [])].some(isSigned),
    )
    .map(({ name }) => name);
}

function isSigned(response: SnapshotResponse | undefined): boolean {
  return response?.kind === "promotionalOffer" || response?.kind === "advancedCommerceInfo";
}
