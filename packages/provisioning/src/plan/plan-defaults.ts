import { placeKey } from "../desired/place-key.ts";
import type { DesiredContent, DesiredDefault } from "../desired/content.ts";
import type { KnownDefault, ProvisioningState } from "../state/provisioning-state.ts";
import { createMessageReadiness } from "./message-readiness.ts";
import type { PlannedContent } from "./plan-content.ts";
import type { DefaultItem } from "./plan.ts";

/** Plans which default messages are set, by what was last written or read of them. */
export function planDefaults(
  { defaults, environment }: DesiredContent,
  content: PlannedContent,
  { defaults: known }: Pick<ProvisioningState, "defaults">,
): readonly DefaultItem[] {
  const knownByPlace = new Map(known.map((one) => [placeKey(one), one]));
  const readinessOf = createMessageReadiness(content, environment);
  return defaults.map((wanted) => {
    const before = knownByPlace.get(placeKey(wanted));
    return {
      kind: "default",
      action: actionFor(wanted, before),
      ...wanted,
      ...(before === undefined ? {} : { before: before.messageIdentifier }),
      readiness: readinessOf(wanted.messageIdentifier),
    };
  });
}

function actionFor(
  { messageIdentifier }: DesiredDefault,
  before: KnownDefault | undefined,
): DefaultItem["action"] {
  if (before === undefined) return "set";
  if (before.messageIdentifier === null) return "create";
  return before.messageIdentifier === messageIdentifier ? "keep" : "change";
}
