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
import { readSigningKey } from "../signing-key.ts";
import { createStyle } from "../style.ts";

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
  const { arguments: files, options } = input;
  const app = appIdOf(options);
  options.required("environment");
  const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
  const { environment = "production" } = read;
  const signingKey = await checkedKey(options, io);
  const snapshot = compileLoaded(await loadUsableFlow(io, read), environment);
  const publication = { app, snapshot, ...(signingKey === undefined ? {} : { signingKey }) };
  const published = await publishSnapshot(publication, { dataDirectory }, io);
  const stateFile = options.text("state");
  const unremembered = await recordPublication(snapshot, published, { io, stateFile });
  const { warnings: ofKey, ...live } = published;
  // With review states the snapshot already has none but approved texts.
  const unapplied =
    read.reviewStatesFile === undefined
      ? await warnOfUnappliedTexts(snapshot, { io, stateFile })
      : [];
  const warnings = [...ofKey, ...unapplied, ...unremembered];
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
