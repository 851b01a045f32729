import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { LocalPublication } from "@holdfast/runtime/node";
import type { Command, Io, Options } from "../../command.ts";
import { compileLoaded } from "../../compile-loaded.ts";
import { DATA_OPTION } from "../../data-option.ts";
import {
  CATALOG_OPTION,
  DEFAULT_FLOW_FILE,
  ENVIRONMENT_OPTION,
  FLOW_ARGUMENT,
  REVIEW_STATES_OPTION,
  STRICT_OPTION,
} from "../../flow-options.ts";
import { flowInputOf, loadUsableFlow } from "../../load-flow.ts";
import { columns, print } from "../../output.ts";
import { STATE_OPTION } from "../../provisioning/provisioning-options.ts";
import { recordPublication } from "../../provisioning/record-publication.ts";
import { warnOfUnappliedTexts } from "../../provisioning/unapplied-texts.ts";
import { APP_OPTION, appIdOf, publishSnapshot } from "../../publish-snapshot.ts";
import { KEY_OPTIONS, readSigningKey } from "../../signing-key.ts";
import { createStyle } from "../../style.ts";

/** `holdfast flow publish` */
export const publish: Command = {
  summary: "Put a flow live for the runtime on this machine",
  description:
    "Compiles the flow and writes it, signed, to the data directory, from where a running `holdfast serve` takes it by itself. " +
    "The In-App Purchase key is delivered with it, sealed; without one, offers are answered with their fallback. " +
    "Nothing is uploaded: holdfast plan shows what Apple lacks, holdfast deploy uploads, waits for approval and publishes.",
  arguments: [FLOW_ARGUMENT],
  options: [
    APP_OPTION,
    { ...ENVIRONMENT_OPTION, description: "where it goes live (required)", required: true },
    DATA_OPTION,
    ...KEY_OPTIONS,
    CATALOG_OPTION,
    REVIEW_STATES_OPTION,
    STRICT_OPTION,
    STATE_OPTION,
  ],
  examples: [
    {
      line: "holdfast flow publish --app yoga --environment sandbox",
      does: "put flow.yaml live in the sandbox",
    },
    {
      line: "holdfast flow publish --app yoga --environment production --key-id ABC123DEFG --issuer-id 57246542-96fe-1a63-e053-0824d011072a --private-key SubscriptionKey_ABC123DEFG.p8",
      does: "with the key that signs offers",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    const app = appIdOf(options);
    options.required("environment");
    const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
    const { environment = "production" } = read;
    const signingKey = await checkedKey(options, io);
    const snapshot = compileLoaded(await loadUsableFlow(io, read), environment);
    const publication = { app, snapshot, ...(signingKey === undefined ? {} : { signingKey }) };
    const dataDirectory = options.required("data");
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
      json: { ...live, warnings },
      table: () => [
        style.green("live"),
        ...columns(Object.entries(live).map(([name, value]) => [`  ${name}`, String(value)])),
      ],
    });
    return 0;
  },
};

/** A key that cannot sign is better refused here than found out about at the first offer. */
async function checkedKey(options: Options, io: Io): Promise<LocalPublication["signingKey"]> {
  const key = await readSigningKey(options, io);
  if (key !== undefined) await importInAppPurchaseKey(key);
  return key;
}
