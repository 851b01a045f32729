import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import type { ApiEnvironment, DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import { exportFlow, openState, readAppleContent, refreshDefaults } from "@holdfast/provisioning";
import type { ExportedFlow } from "@holdfast/provisioning";
import { stringify } from "yaml";
import type { Command, CommandInput, Io } from "../command.ts";
import { refuseToOverwrite, writeText } from "../files.ts";
import { CATALOG_OPTION } from "../flow-options.ts";
import { loadUsableFlow, readCatalog } from "../load-flow.ts";
import type { UsableFlow } from "../load-flow.ts";
import { print } from "../output.ts";
import { TEXT_OUTPUT } from "../output-format.ts";
import { desiredOf } from "../provisioning/desired-of-flow.ts";
import { REFRESH_OPTION, STATE_OPTION } from "../provisioning/provisioning-options.ts";
import { resumable } from "../provisioning/resumable.ts";
import { createStateFile, defaultStateFile } from "../provisioning/state-file.ts";
import { openRetentionMessaging } from "../storekit/open-retention-messaging.ts";
import { sayProgress } from "../storekit/progress.ts";
import { requireEnvironment, STOREKIT_OPTIONS } from "../storekit/storekit-options.ts";
import { createStyle } from "../style.ts";

/** `holdfast export` */
export const exportCommand: Command = resumable("export", {
  summary: "Write a flow of what is live at Apple",
  description:
    "Apple's lists hold identifiers and states, never texts: what --from does not know becomes an identifier, which apply then leaves as it is. Default messages come from what was last written or read; --refresh reads those of every product in every locale first. " +
    "With --from nothing of that flow is lost; what differs goes into the environment's overlay. Comments are not kept.",
  options: [
    ...STOREKIT_OPTIONS,
    { flags: "--from <flow>", description: "a flow whose texts, names and rules are used" },
    { flags: "--out <file>", description: "where to write it (default: standard output)" },
    { flags: "--force", description: "with --out: overwrite the file" },
    CATALOG_OPTION,
    {
      flags: "--product <id>",
      description: "a product whose default messages --refresh reads, beside the catalog's",
      repeatable: true,
    },
    {
      flags: "--main-locale <locale>",
      description: "what is written where nothing tells a text's locale (default: en-US)",
      choices: APP_STORE_LOCALES,
    },
    STATE_OPTION,
    REFRESH_OPTION,
  ],
  output: TEXT_OUTPUT,
  examples: [
    {
      line: "holdfast export --environment production --product yoga.monthly --refresh --out flow.yaml",
      does: "begin with what another tool has set up",
    },
    {
      line: "holdfast export --environment sandbox --from flow.yaml --out live.yaml",
      does: "see what differs from a flow",
    },
  ],
  async run(input, io) {
    const out = input.options.text("out");
    if (out !== undefined) {
      await refuseToOverwrite(io, out, { isForced: input.options.flag("force") });
    }
    const exported = await exportLive(input, io);
    const text = stringify(exported.document, { aliasDuplicateObjects: false });
    const style = createStyle(io);
    if (!input.options.json) {
      for (const { message } of exported.notes) io.stderr(`${style.cyan("note")} ${message}\n`);
    }
    if (out !== undefined) await writeText(io, out, text);
    print(input, io, {
      json: { ...exported, ...(out === undefined ? {} : { file: out }) },
      table: () => (out === undefined ? [text.trimEnd()] : [style.green(`${out} written`)]),
    });
    return 0;
  },
});

async function exportLive({ options }: CommandInput, io: Io): Promise<ExportedFlow> {
  const environment = requireEnvironment(options);
  const from = options.text("from");
  const catalogFile = options.text("catalog");
  const existing: UsableFlow | undefined =
    from === undefined
      ? undefined
      : await loadUsableFlow(io, { file: from, environment, catalogFile });
  const beside = { file: from ?? "-", catalogFile };
  const catalog = existing?.catalog ?? (await readCatalog(io, beside))?.catalog;
  const expectedBundleId = existing?.document.app ?? catalog?.bundleId;
  const client = await openRetentionMessaging(
    options,
    io,
    expectedBundleId === undefined ? {} : { expectedBundleId },
  );
  const { bundleId } = client;
  const owner = { bundleId, environment };
  const stateFile = options.text("state") ?? defaultStateFile(owner);
  const state = await openState(createStateFile(io, { path: stateFile, owner }), owner, io.now());
  const ofCatalog = catalog?.products.map(({ productId }) => productId);
  if (options.flag("refresh")) {
    const products = [...(ofCatalog ?? []), ...options.list("product")];
    await refreshDefaults([...placesOf(products), ...placesWanted(existing, environment)], {
      client,
      state,
      now: io.now,
      signal: io.signal,
      progress: (read, all) => sayProgress(io, `default messages: ${read} of ${all} read`),
    });
  }
  return exportFlow({
    bundleId,
    environment,
    apple: await readAppleContent(client, { signal: io.signal }),
    state: state.current,
    existing: existing?.document,
    images: existing?.beside.sha256Of,
    products: ofCatalog,
    mainLocale: options.text("main-locale"),
  });
}

function placesOf(products: readonly string[]): readonly DefaultPlace[] {
  return products.flatMap((productId) =>
    APP_STORE_LOCALES.map((locale) => ({ productId, locale })),
  );
}

/** Where the existing flow wants default messages. */
function placesWanted(
  existing: UsableFlow | undefined,
  environment: ApiEnvironment,
): readonly DefaultPlace[] {
  return existing === undefined ? [] : desiredOf(existing, environment).defaults;
}
