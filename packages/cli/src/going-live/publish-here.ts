import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { LocalPublication } from "@holdfast/runtime/node";
import type { CommandInput, ExitCode, Io, Options } from "../command.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { flowInputOf, loadUsableFlow } from "../load-flow.ts";
import { columns, print } from "../output.ts";
import { recordPublication } from "../provisioning/record-publication.ts";
import { warnOfUnappliedTexts } from "../provisioning/unapplied-texts.ts";
import { appIdOf, publishSnapshot } from "../publish-snapshot.ts";
import type { PublishedSnapshot } from "../publish-snapshot.ts";
import { readSigningKey } from "../signing-key.ts";
import { createStyle } from "../style.ts";

/** A flow that is ready to be put live without a control plane. */
export interface CompiledPublication {
  readonly publication: Pick<LocalPublication, "app" | "snapshot" | "signingKey">;
  /** Whether what Apple has reviewed was looked at. */
  readonly isReviewed: boolean;
}

/**
 * Compiles the flow of a command line for its app and environment. Nothing is written.
 *
 * @throws FlowRefused `FLOW_INVALID`; UsageError `OPTION_MISSING`, `OPTION_INVALID`, `PRIVATE_KEY_INVALID`
 */
export async function compilePublication(
  { arguments: files, options }: CommandInput,
  io: Io,
): Promise<CompiledPublication> {
  const app = appIdOf(options);
  options.required("environment");
  const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
  const { environment = "production" } = read;
  const signingKey = await checkedKey(options, io);
  const snapshot = compileLoaded(await loadUsableFlow(io, read), environment);
  return {
    publication: { app, snapshot, ...(signingKey === undefined ? {} : { signingKey }) },
    isReviewed: read.reviewStatesFile !== undefined,
  };
}

/** Remembers what went live, for pruning, and returns what is to be warned of. */
export async function afterPublishing(
  { publication: { snapshot }, isReviewed }: CompiledPublication,
  published: Pick<PublishedSnapshot, "label">,
  { options, io }: { readonly options: Options; readonly io: Io },
): Promise<readonly string[]> {
  const stateFile = options.text("state");
  const unremembered = await recordPublication(snapshot, published, { io, stateFile });
  // With review states the snapshot already has none but approved texts.
  const unapplied = isReviewed ? [] : await warnOfUnappliedTexts(snapshot, { io, stateFile });
  return [...unapplied, ...unremembered];
}

/**
 * Compiles a flow and puts it live for the runtime of this machine.
 *
 * @throws FlowRefused `FLOW_INVALID`; UsageError `OPTION_MISSING`, `DATA_DIRECTORY_UNUSABLE`,
 *   `PRIVATE_KEY_INVALID`
 */
export async function publishHere(
  input: CommandInput,
  dataDirectory: string,
  io: Io,
): Promise<ExitCode> {
  const { options } = input;
  const compiled = await compilePublication(input, io);
  const published = await publishSnapshot(compiled.publication, { dataDirectory }, io);
  const { warnings: ofKey, ...live } = published;
  const warnings = [...ofKey, ...(await afterPublishing(compiled, published, { options, io }))];
  const style = createStyle(io);
  if (!options.json) {
    for (const warning of warnings) io.stderr(`${style.yellow("warning")}: ${warning}\n`);
  }
  print(input, io, {
    json: { data: dataDirectory, ...live, warnings },
    table: () => [
      style.green(`live for the runtime of this machine (--data ${dataDirectory})`),
      ...columns(Object.entries(live).map(([name, value]) => [`  ${name}`, String(value)])),
    ],
  });
  return 0;
}

/** A key that cannot sign is better refused here than found out about at the first offer. */
async function checkedKey(options: Options, io: Io): Promise<LocalPublication["signingKey"]> {
  const key = await readSigningKey(options, io);
  if (key !== undefined) await importInAppPurchaseKey(key);
  return key;
}
