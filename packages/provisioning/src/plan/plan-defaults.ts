import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { placeKey } from "../desired/place-key.ts";
import type { DesiredContent, DesiredDefault } from "../desired/content.ts";
import type { KnownDefault, ProvisioningState } from "../state/provisioning-state.ts";
import type { PlannedContent } from "./plan-content.ts";
import type { DefaultItem, Readiness } from "./plan.ts";

/** Plans which default messages are set, by what was last written or read of them. */
export function planDefaults(
  { defaults, environment }: DesiredContent,
  content: PlannedContent,
  { defaults: known }: Pick<ProvisioningState, "defaults">,
): readonly DefaultItem[] {
  const knownByPlace = new Map(known.map((one) => [placeKey(one), one]));
  const readinessOf = createReadiness(content, environment);
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

/** Apple takes only approved messages with approved images; the sandbox approves what it gets at once. */
function createReadiness(
  { messages, images }: PlannedContent,
  environment: FlowEnvironment,
): (messageIdentifier: string) => Readiness {
  const messageById = new Map(messages.map((item) => [item.identifier, item]));
  const approvedImages = new Set(
    images.filter(({ state }) => state === "APPROVED").map(({ identifier }) => identifier),
  );
  return (messageIdentifier) => {
    const message = messageById.get(messageIdentifier);
    if (message === undefined || message.readiness !== "ready") {
      return message?.readiness ?? "ready";
    }
    const isApproved =
      message.state === "APPROVED" && message.images.every((image) => approvedImages.has(image));
    return isApproved || environment === "sandbox" ? "ready" : "waits";
  };
}
