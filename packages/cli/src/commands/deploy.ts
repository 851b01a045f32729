import { readAppleContent } from "@holdfast/provisioning";
import type { AppleContent, ApplyResult, ProvisioningState } from "@holdfast/provisioning";
import type { ReviewStates } from "@holdfast/flow/catalog";
import type { Command, CommandInput, Io } from "../command.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { DATA_OPTION } from "../data-option.ts";
import { FLOW_ARGUMENT } from "../flow-options.ts";
import { columns, print } from "../output.ts";
import {
  APPLY_OPTIONS,
  applyProvisioning,
  checkApplyOptions,
  exitCodeOfApply,
} from "../provisioning/apply-provisioning.ts";
import { makePlan, openProvisioning } from "../provisioning/open-provisioning.ts";
import type { Provisioning } from "../provisioning/open-provisioning.ts";
import { PROVISIONING_OPTIONS } from "../provisioning/provisioning-options.ts";
import { recordPublication } from "../provisioning/record-publication.ts";
import { renderApply } from "../provisioning/render-apply.ts";
import { APP_OPTION, appIdOf, publishSnapshot } from "../publish-snapshot.ts";
import type { PublishedSnapshot } from "../publish-snapshot.ts";
import { resolveCredentials } from "../storekit/credentials/resolve-credentials.ts";
import { createStyle } from "../style.ts";

/** `holdfast deploy` */
export const deploy: Command = {
  summary: "Validate, apply, wait for approval and publish, in one word",
  description:
    "What apply does, and then, only when Apple has everything the flow wants, what flow publish does: the snapshot holds what Apple has approved. The In-App Purchase key that talks to Apple is delivered with it, sealed, to sign offers. " +
    "Exits as apply does when it ends before publishing; nothing is published then.",
  arguments: [FLOW_ARGUMENT],
  options: [APP_OPTION, DATA_OPTION, ...PROVISIONING_OPTIONS, ...APPLY_OPTIONS],
  examples: [
    {
      line: "holdfast deploy --app yoga --environment sandbox --wait",
      does: "bring flow.yaml live in the sandbox",
    },
    {
      line: "holdfast deploy app/flow.yaml --app yoga --environment production --wait --timeout 24h --output json",
      does: "in CI: the whole way, waiting for Apple's review",
    },
  ],
  async run(input, io) {
    checkApplyOptions(input.options);
    const app = appIdOf(input.options);
    const provisioning = await openProvisioning(input, io);
    const plan = await makePlan(provisioning, input, io);
    const applied = await applyProvisioning(plan, provisioning, { input, io });
    const published =
      applied.outcome === "complete"
        ? await publishApplied(app, provisioning, { input, io })
        : null;
    print(input, io, {
      json: { applied, published },
      table: () => renderDeploy(applied, published, io),
    });
    return exitCodeOfApply(applied);
  },
};

/** Publishes what Apple has approved by now, and remembers what the snapshot uses. */
async function publishApplied(
  app: string,
  { flow, client, state, desired }: Provisioning,
  { input: { options }, io }: { readonly input: CommandInput; readonly io: Io },
): Promise<PublishedSnapshot> {
  const apple = await readAppleContent(client, { signal: io.signal });
  const reviewStates = reviewStatesOf(apple, state.current);
  const snapshot = compileLoaded({ ...flow, reviewStates }, desired.environment);
  const { keyId, issuerId, readPrivateKey } = await resolveCredentials(options, io);
  const signingKey = { keyId, issuerId, privateKey: await readPrivateKey() };
  const dataDirectory = options.required("data");
  const published = await publishSnapshot({ app, snapshot, signingKey }, { dataDirectory }, io);
  const stateFile = options.text("state");
  const unremembered = await recordPublication(snapshot, published, { io, stateFile });
  return { ...published, warnings: [...published.warnings, ...unremembered] };
}

function reviewStatesOf(
  { messages, images }: AppleContent,
  { defaults }: ProvisioningState,
): ReviewStates {
  return {
    messages: Object.fromEntries(messages),
    images: Object.fromEntries(
      Array.from(images, ([identifier, { state }]) => [identifier, state]),
    ),
    defaults: defaults.flatMap(({ productId, locale, messageIdentifier }) =>
      messageIdentifier === null ? [] : [{ productId, locale, messageIdentifier }],
    ),
  };
}

function renderDeploy(
  applied: ApplyResult,
  published: PublishedSnapshot | null,
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  const lines = renderApply(applied, io);
  if (published === null) return [...lines, style.yellow("not published")];
  const { warnings, ...live } = published;
  const rows = Object.entries(live).map(([name, value]) => [`  ${name}`, String(value)]);
  const warned = warnings.map((warning) => `${style.yellow("warning")} ${warning}`);
  return [...lines, "", style.green("live"), ...columns(rows), ...warned];
}
