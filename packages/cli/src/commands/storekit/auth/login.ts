import { UsageError } from "@holdfast/appstore/errors";
import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io, OptionSpec, Options } from "../../../command.ts";
import { KeychainError } from "../../../keychain.ts";
import { print } from "../../../output.ts";
import { createCredentialStore } from "../../../storekit/credentials/credential-store.ts";
import type {
  NewCredential,
  SavedCredential,
} from "../../../storekit/credentials/credential-store.ts";
import { importKey } from "../../../storekit/credentials/import-key.ts";
import { BYPASS_VARIABLES } from "../../../storekit/credentials/keychain-credentials.ts";
import type { CredentialIdentity } from "../../../storekit/credentials/stored-credential.ts";
import {
  readPrivateKeyFile,
  resolveKeyPath,
  warnOfExposedKeyFile,
} from "../../../storekit/credentials/private-key-file.ts";
import { checkIdentityShapes } from "../../../storekit/check-identity-shapes.ts";
import { requireSound } from "../../../storekit/check-values.ts";
import { warnOfIgnoredConfigs } from "../../../storekit/credentials/told-configs.ts";
import {
  API_ENVIRONMENTS,
  findEnvironment,
  SENTENCE_OUTPUT,
} from "../../../storekit/storekit-options.ts";
import { verifyAtApple, verifyLocally } from "../../../storekit/verify-credentials.ts";

const OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--name <name>",
    description: "what to call these credentials; required",
    required: true,
  },
  { flags: "--key-id <id>", description: "the In-App Purchase key's id; required", required: true },
  { flags: "--issuer-id <id>", description: "the team's issuer id; required", required: true },
  { flags: "--private-key <file>", description: "the key's .p8 file; required", required: true },
  { flags: "--bundle-id <id>", description: "the app; required", required: true },
  { flags: "--network", description: "ask Apple whether it accepts the key" },
  {
    flags: "--environment <name>",
    suggestions: API_ENVIRONMENTS,
    description: "where to ask, with --network (default: HOLDFAST_STOREKIT_ENVIRONMENT)",
  },
  {
    flags: "--skip-validation",
    description: "do not even look whether it is a P-256 key, or at the ids' shapes",
  },
  {
    flags: "--bypass-keychain",
    description: "keep the path of the key in a configuration file, and nothing in the keychain",
    env: BYPASS_VARIABLES,
  },
  { flags: "--local", description: "in ./.holdfast/config.json, with --bypass-keychain" },
];

/** `holdfast storekit auth login` */
export const login: Command = {
  summary: "Store an In-App Purchase key",
  description:
    "The key comes from App Store Connect: Users and Access, Integrations, In-App Purchase. It is kept in the system's keychain; where there is none, or with --bypass-keychain, only the path of its file is kept, in ~/.holdfast/config.json or the file HOLDFAST_CONFIG_PATH names; a project's file is written with --local alone. The new credentials become the default.",
  options: OPTIONS,
  output: SENTENCE_OUTPUT,
  examples: [
    {
      line: "holdfast storekit auth login --name Production --key-id 2X9R4HXF34 --issuer-id 57246542-96fe-1a63-e053-0824d011072a --private-key SubscriptionKey_2X9R4HXF34.p8 --bundle-id com.example.app",
      does: "keep a key in the keychain",
    },
    {
      line: "holdfast storekit auth login --name CI --key-id 2X9R4HXF34 --issuer-id 57246542-96fe-1a63-e053-0824d011072a --private-key key.p8 --bundle-id com.example.app --bypass-keychain --network --environment sandbox",
      does: "keep only its path, after Apple accepted it",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const { path, ...identity } = readIdentity(options);
    checkCombinations(options);
    const privateKey = await readPrivateKeyFile(path, io);
    const key = { ...identity, privateKey, privateKeyPath: resolveKeyPath(path, io) };
    await validate(key, options, io);
    const saved = await save(key, options, io);
    await tell(saved, key, io);
    const { name, bundleId } = key;
    const message = `Successfully registered StoreKit API key "${name}" for ${bundleId}`;
    print(input, io, {
      json: {
        name,
        key_id: key.keyId,
        issuer_id: key.issuerId,
        bundle_id: bundleId,
        stored: saved.place,
        replaced: saved.isReplacement,
      },
      table: () => [message],
    });
    return 0;
  },
};

/** Options are missed in this order, as `asc` misses them. */
function readIdentity(options: Options): CredentialIdentity & { readonly path: string } {
  return {
    name: options.required("name").trim(),
    keyId: options.required("key-id").trim(),
    issuerId: options.required("issuer-id").trim(),
    path: options.required("private-key"),
    bundleId: options.required("bundle-id").trim(),
  };
}

/** @throws UsageError `OPTION_INVALID` */
function checkCombinations(options: Options): void {
  const isNetwork = options.flag("network");
  const complaints = [
    options.text("environment") !== undefined && !isNetwork && "--environment requires --network",
    isNetwork &&
      options.flag("skip-validation") &&
      "--network and --skip-validation are mutually exclusive",
    options.flag("local") &&
      !options.flag("bypass-keychain") &&
      `--local requires --bypass-keychain or ${BYPASS_VARIABLES.join(" or ")}`,
  ];
  const complaint = complaints.find((candidate) => candidate !== false);
  if (complaint !== undefined) throw new UsageError("OPTION_INVALID", complaint);
}

/** @throws UsageError `OPTION_MISSING`, `OPTION_INVALID` */
function requireEnvironmentToAsk(options: Options, io: Io): ApiEnvironment {
  const environment = findEnvironment(options, io);
  if (environment !== undefined) return environment;
  throw new UsageError("OPTION_MISSING", "--environment is required with --network");
}

async function validate(key: NewCredential, options: Options, io: Io): Promise<void> {
  if (options.flag("skip-validation")) return;
  requireSound("ids", checkIdentityShapes(key), io);
  const environment = options.flag("network") ? requireEnvironmentToAsk(options, io) : undefined;
  const origin = { where: key.privateKeyPath, advice: "name the file as it was downloaded" };
  const identity = { key: await importKey(key, origin), bundleId: key.bundleId };
  await verifyLocally(identity, io);
  if (environment !== undefined) await verifyAtApple(identity, environment, io);
}

async function save(key: NewCredential, options: Options, io: Io): Promise<SavedCredential> {
  const store = createCredentialStore(io);
  if (options.flag("bypass-keychain")) {
    return store.save(key, options.flag("local") ? "local" : "config");
  }
  try {
    return await store.save(key, "keychain");
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error;
    const saved = await store.save(key, "config");
    io.warn(
      `no keychain answers here; the path of the key is kept in ${saved.place}, so its file must stay where it is`,
    );
    return saved;
  }
}

/** Tells what a caller may not expect. */
async function tell(
  { isReplacement, hiddenBy }: SavedCredential,
  { name, privateKeyPath }: NewCredential,
  io: Io,
): Promise<void> {
  if (isReplacement) io.warn(`credentials named ${name} were stored before; these replaced them`);
  if (hiddenBy !== undefined) {
    io.warn(
      `in this directory ${hiddenBy} counts before the new credentials; remove it, store them there with --bypass-keychain --local, or set HOLDFAST_CONFIG_PATH`,
    );
  }
  warnOfIgnoredConfigs(io);
  await warnOfExposedKeyFile(privateKeyPath, io);
}
