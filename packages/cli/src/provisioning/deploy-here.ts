import { readAppleContent } from "@holdfast/provisioning";
import type { AppleContent, ApplyResult, ProvisioningState } from "@holdfast/provisioning";
import type { ReviewStates } from "@holdfast/flow/catalog";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { CommandInput, ExitCode, Io } from "../command.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { columns, print } from "../output.ts";
import { appIdOf, openPublisher } from "../publish-snapshot.ts";
import type { PublishedSnapshot } from "../publish-snapshot.ts";
import { sayPlace } from "../storekit/base-url.ts";
import { resolveCredentials } from "../storekit/credentials/resolve-credentials.ts";
import { createStyle } from "../style.ts";
import { applyProvisioning, exitCodeOfApply } from "./apply-provisioning.ts";
import { makePlan, openProvisioning } from "./open-provisioning.ts";
import type { Provisioning } from "./open-provisioning.ts";
import { recordPublication } from "./record-publication.ts";
import { renderApply } from "./render-apply.ts";

/**
 * Applies a flow from this machine and puts it live for its runtime, when Apple has approved everything.
 *
 * @throws what {@link openProvisioning} and {@link openPublisher} throw, before anything is sent
 */
export async function deployHere(
  input: CommandInput,
  dataDirectory: string,
  io: Io,
): Promise<ExitCode> {
  const provisioning = await openProvisioning(input, io);
  const publishing = await openPublishing(dataDirectory, provisioning, { input, io });
  const plan = await makePlan(provisioning, input, io);
  const { publish } = publishing;
  const applied = await applyProvisioning(plan, provisioning, { input, io, publish });
  const { published, isTried } = publishing;
  const error = isTried && published === null ? applied.stoppedBy : undefined;
  print(input, io, {
    json: { data: dataDirectory, applied, published, ...(error === undefined ? {} : { error }) },
    table: () => renderDeploy(applied, published, { ...provisioning, io }),
  });
  return exitCodeOfApply(applied);
}

/** What publishes once everything is approved, and what came of it. */
interface Publishing {
  readonly publish: () => Promise<boolean>;
  readonly isTried: boolean;
  readonly published: PublishedSnapshot | null;
}

/** Opens what publishing needs before anything is sent: the data directory, and the key for offers. */
async function openPublishing(
  dataDirectory: string,
  provisioning: Provisioning,
  { input: { options }, io }: { readonly input: CommandInput; readonly io: Io },
): Promise<Publishing> {
  const app = appIdOf(options);
  const publisher = await openPublisher(dataDirectory, io);
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
      return true;
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
