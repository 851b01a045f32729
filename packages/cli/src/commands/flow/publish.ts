import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import { openLocalPublisher } from "@holdfast/runtime/node";
import type { LocalPublication } from "@holdfast/runtime/node";
import { signedResponsesOf } from "../../signed-responses.ts";
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
import { KEY_OPTIONS, readSigningKey } from "../../signing-key.ts";
import { createStyle } from "../../style.ts";

/** What the runtime's configuration takes as our id of an app. */
const APP_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** `holdfast flow publish` */
export const publish: Command = {
  summary: "Put a flow live for the runtime on this machine",
  description:
    "Compiles the flow and writes it, signed, to the data directory, from where a running `holdfast serve` takes it by itself. " +
    "The In-App Purchase key is delivered with it, sealed; without one, offers are answered with their fallback.",
  arguments: [FLOW_ARGUMENT],
  options: [
    { flags: "--app <id>", description: "our id of the app, as in holdfast.yaml (required)" },
    { ...ENVIRONMENT_OPTION, description: "where it goes live (required)" },
    DATA_OPTION,
    ...KEY_OPTIONS,
    CATALOG_OPTION,
    REVIEW_STATES_OPTION,
    STRICT_OPTION,
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
    const app = appOf(options);
    options.required("environment");
    const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
    const { environment = "production" } = read;
    const signingKey = await checkedKey(options, io);
    const snapshot = compileLoaded(await loadUsableFlow(io, read), environment);
    const publisher = await openLocalPublisher(resolve(io.cwd, options.required("data")), io.env);
    const record = await publisher.publish({
      app,
      snapshot,
      publishedAt: io.now(),
      ...(signingKey === undefined ? {} : { signingKey }),
    });
    const warnings =
      signingKey === undefined ? missingKeyWarnings(signedResponsesOf(snapshot)) : [];
    const style = createStyle(io);
    if (!options.json) {
      for (const warning of warnings) io.stderr(`${style.yellow("warning")} ${warning}\n`);
    }
    const { label, sequence, snapshot: hash } = record;
    const published = { app, environment, label, sequence, hash };
    print(input, io, {
      json: { ...published, warnings },
      table: () => [
        style.green("live"),
        ...columns(Object.entries(published).map(([name, value]) => [`  ${name}`, String(value)])),
      ],
    });
    return 0;
  },
};

function appOf(options: Options): string {
  const app = options.required("app");
  if (APP_PATTERN.test(app)) return app;
  throw new UsageError("OPTION_INVALID", "--app: expected letters, digits, _ and -, at most 64");
}

/** A key that cannot sign is better refused here than found out about at the first offer. */
async function checkedKey(options: Options, io: Io): Promise<LocalPublication["signingKey"]> {
  const key = await readSigningKey(options, io);
  if (key !== undefined) await importInAppPurchaseKey(key);
  return key;
}

function missingKeyWarnings(rules: readonly string[]): readonly string[] {
  if (rules.length === 0) return [];
  return [
    `no In-App Purchase key: the offers of ${rules.join(", ")} cannot be signed and fall back to messages; give --key-id, --issuer-id and --private-key`,
  ];
}
