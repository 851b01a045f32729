import { readAppleContent } from "@holdfast/provisioning";
import type { AppleContent, ApplyResult, ProvisioningState } from "@holdfast/provisioning";
import type { ReviewStates } from "@holdfast/flow/catalog";
import type { Snapshot } from "@holdfast/flow/snapshot";
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
import { sayPlace } from "../storekit/base-url.ts";
import { renderApply } from "../provisioning/render-apply.ts";
import { resumable } from "../provisioning/resumable.ts";
import { APP_OPTION, appIdOf, openPublisher } from "../publish-snapshot.ts";
import type { PublishedSnapshot } from "../publish-snapshot.ts";
import { resolveCredentials } from "../storekit/credentials/resolve-credentials.ts";
import { createStyle } from "../style.ts";

/** `holdfast deploy` */
export const deploy: Command = resumable("deploy", {
  summary: "Validate, apply, wait for approval and publish, in one word",
  description:
    "What apply does, and, when Apple has approved every message and image of the flow and has its default messages, what flow publish does, before the URL is set: the snapshot holds what Apple has approved. The In-App Purchase key that talks to Apple is delivered with it, sealed, to sign offers. " +
    "Exits as apply does; nothing is published, and the URL not set, when something before failed or waits.",
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
    const publishing = await openPublishing(app, provisioning, { input, io });
    const plan = await makePlan(provisioning, input, io);
    const { publish } = publishing;
    const applied = await applyProvisioning(plan, provisioning, { input, io, publish });
    const { published, isTried } = publishing;
    const error = isTried && published === null ? applied.stoppedBy : undefined;
    print(input, io, {
      json: { applied, published, ...(error === undefined ? {} : { error }) },
      table: () => renderDeploy(applied, published, { ...provisioning, io }),
    });
    return exitCodeOfApply(applied);
  },
});

/** What publishes once everything is approved, and what came of it. */
interface Publishing {
  readonly publish: () => Promise<void>;
  readonly isTried: boolean;
  readonly published: PublishedSnapshot | null;
}

/** Opens what publishing needs before anything is sent: the data directory, and the key for offers. */
async function openPublishing(
  app: string,
  provisioning: Provisioning,
  { input: { options }, io }: { readonly input: CommandInput; readonly io: Io },
): Promise<Publishing> {
  const publisher = await openPublisher(options.required("data"), io);
  const { keyId, issuerId, readPrivateKey } = await resolveCredentials(options, io);
  const signingKey = { keyId, issuerId, privateKey: await readPrivateKey() };
  const stateFile = options.text("state");
  let published: PublishedSnapshot | null = null;
  let isTried = false;
  return {
    async publish() {
      isTried = true;
      const snapshot = await compileApproved(provisioning, io);
      const live = await publisher.publish({ app, snapshot, signingKey });
      const unremembered = await recordPublication(snapshot, live, { io, stateFile });
      published = { ...live, warnings: [...live.warnings, ...unremembered] };
    },
    get isTried() {
      return isTried;
    },
    get published() {
      return published;
    },
  };
}

/** Returns the snapshot of the flow with what Apple has approved by now. */
async function compileApproved(
  { flow, client, state, desired }: Provisioning,
  { signal }: Pick<Io, "signal">,
): Promise<Snapshot> {
  const apple = await readAppleContent(client, { signal });
  const reviewStates = reviewStatesOf(apple, state.current);
  return compileLoaded({ ...flow, reviewStates }, desired.environment);
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
  { client, io }: Pick<Provisioning, "client"> & { readonly io: Pick<Io, "colors"> },
): readonly string[] {
  const style = createStyle(io);
  const lines = renderApply(applied, sayPlace(client.baseUrl), io);
  if (published === null) return [...lines, style.yellow("not published")];
  const { warnings, ...live } = published;
  const rows = Object.entries(live).map(([name, value]) => [`  ${name}`, String(value)]);
  const warned = warnings.map((warning) => `${style.yellow("warning")}: ${warning}`);
  return [...lines, "", style.green("live"), ...columns(rows), ...warned];
}
