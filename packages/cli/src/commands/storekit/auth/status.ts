import { UsageError } from "@holdfast/appstore/errors";
import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io } from "../../../command.ts";
import { CommandFailed } from "../../../errors.ts";
import { print } from "../../../output.ts";
import type { Result } from "../../../output.ts";
import { createCredentialStore } from "../../../storekit/credentials/credential-store.ts";
import type { HiddenCredentials } from "../../../storekit/credentials/hidden-credentials.ts";
import { sayCount } from "../../../say-count.ts";
import { importKeyOf } from "../../../storekit/credentials/import-key.ts";
import {
  findActiveCredentials,
  listKnownCredentials,
} from "../../../storekit/credentials/known-credentials.ts";
import type {
  ActiveCredentials,
  KnownCredentials,
} from "../../../storekit/credentials/known-credentials.ts";
import type { ResolvedCredentials } from "../../../storekit/credentials/resolve-credentials.ts";
import { sayPlace } from "../../../storekit/base-url.ts";
import { bundleIdOf } from "../../../storekit/open-retention-messaging.ts";
import { resultOfRows } from "../../../storekit/rows.ts";
import {
  API_ENVIRONMENTS,
  CREDENTIAL_OPTIONS,
  findEnvironment,
  STOREKIT_OUTPUT,
} from "../../../storekit/storekit-options.ts";
import { verifyAtApple, verifyLocally } from "../../../storekit/verify-credentials.ts";
import { printableLines } from "../../../style.ts";

/** `holdfast storekit auth status` */
export const status: Command = {
  summary: "Show the credentials there are, and which are used",
  description:
    "Never shows a key. Tells of stored credentials, too, that are not used because others count before them. With --validate each key is read and signs; where an environment is named, Apple is asked as well. Exit code 1 when one cannot be used.",
  options: [
    { flags: "--validate", description: "check each of them" },
    {
      flags: "--environment <name>",
      suggestions: API_ENVIRONMENTS,
      description: "also ask Apple there, with --validate (default: HOLDFAST_STOREKIT_ENVIRONMENT)",
    },
    ...CREDENTIAL_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  examples: [
    { line: "holdfast storekit auth status", does: "what is stored, and where" },
    {
      line: "holdfast storekit auth status --validate --environment sandbox --output json",
      does: "whether Apple accepts each of them",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const isValidated = options.flag("validate");
    if (options.text("environment") !== undefined && !isValidated) {
      throw new UsageError("OPTION_INVALID", "--environment requires --validate");
    }
    const environment = findEnvironment(options, io);
    const active = await findActiveCredentials(options, io);
    const known = await listKnownCredentials(options, io);
    const checked: Checked[] = [];
    for (const { credentials, isDefault } of known) {
      const validation = isValidated ? await validate(credentials, environment, io) : NOT_VALIDATED;
      checked.push({ credentials, isDefault, ...validation });
    }
    const hidden = await createCredentialStore(io).hidden();
    print(input, io, resultOf(checked, { active, environment, isValidated, hidden }));
    refuseFailures(checked);
    return 0;
  },
};

/** Credentials, and why they cannot be used. */
interface Checked extends KnownCredentials {
  readonly failure: string | undefined;
  /** Where was asked; undefined where nobody was. */
  readonly baseUrl: string | undefined;
}

/** How a validation turned out. */
type Validation = Pick<Checked, "failure" | "baseUrl">;

const NOT_VALIDATED: Validation = { failure: undefined, baseUrl: undefined };

async function validate(
  credentials: ResolvedCredentials,
  environment: ApiEnvironment | undefined,
  io: Io,
): Promise<Validation> {
  try {
    const bundleId = bundleIdOf({ text: () => undefined }, credentials);
    const identity = { key: await importKeyOf(credentials), bundleId };
    await verifyLocally(identity, io);
    const baseUrl =
      environment === undefined ? undefined : await verifyAtApple(identity, environment, io);
    return { failure: undefined, baseUrl };
  } catch (error) {
    if (io.signal.aborted || !(error instanceof Error)) throw error;
    return { failure: error.message, baseUrl: undefined };
  }
}

function resultOf(
  checked: readonly Checked[],
  about: {
    readonly active: ActiveCredentials;
    readonly environment: ApiEnvironment | undefined;
    readonly isValidated: boolean;
    readonly hidden: readonly HiddenCredentials[];
  },
): Result {
  const { active, environment, isValidated, hidden } = about;
  const rows = checked.map(({ credentials, isDefault, failure, baseUrl }) => {
    const { name, keyId, issuerId, bundleId = "", source } = credentials;
    const verdict = isValidated ? [failure ?? `valid${sayPlace(baseUrl)}`] : [];
    return [name, keyId, issuerId, bundleId, isDefault ? "yes" : "", source, ...verdict];
  });
  const head = ["Name", "Key ID", "Issuer ID", "Bundle ID", "Default", "Source"];
  const shown = resultOfRows({
    json: {
      active_source: "source" in active ? active.source : null,
      active_name: "name" in active ? active.name : null,
      active_error: "error" in active ? active.error : null,
      environment: environment ?? null,
      credentials: checked.map((entry) => describe(entry, isValidated)),
      hidden: hidden.map(({ place, names, hiddenBy }) => ({ place, names, hidden_by: hiddenBy })),
    },
    head: isValidated ? [...head, "Validation"] : head,
    rows,
  });
  const summary = "error" in active ? active.error : `in use: ${active.name} (${active.source})`;
  const notUsed = hidden.map(
    ({ place, names, hiddenBy }) =>
      `not used: ${names.join(", ")} in ${place}, because of ${hiddenBy}`,
  );
  const below = ["", summary, ...notUsed].map(printableLines);
  return { ...shown, table: () => [...shown.table(), ...below] };
}

function describe(
  { credentials, isDefault, failure, baseUrl }: Checked,
  isValidated: boolean,
): object {
  const { name, keyId, issuerId, bundleId, source } = credentials;
  const verdict = {
    valid: failure === undefined,
    ...(failure === undefined ? {} : { failure }),
    ...(baseUrl === undefined ? {} : { base_url: baseUrl }),
  };
  return {
    name,
    key_id: keyId,
    issuer_id: issuerId,
    bundle_id: bundleId ?? null,
    default: isDefault,
    source,
    ...(isValidated ? verdict : {}),
  };
}

/** @throws CommandFailed `CREDENTIALS_REFUSED` */
function refuseFailures(checked: readonly Checked[]): void {
  const failed = checked.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0) return;
  const reasons = failed.map(({ credentials, failure }) => `${credentials.name}: ${failure ?? ""}`);
  throw new CommandFailed(
    "CREDENTIALS_REFUSED",
    [`validation failed for ${sayCount(failed.length, "credential")}`, ...reasons].join("\n"),
  );
}
