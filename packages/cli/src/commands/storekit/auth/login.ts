import { UsageError } from "@holdfast/appstore/errors";
import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { Command, Io, OptionSpec, Options } from "../../../command.ts";
import { KeychainError } from "../../../keychain.ts";
import { print } from "../../../output.ts";
import { createCredentialStore } from "../../../storekit/credentials/credential-store.ts";
import type { NewCredential } from "../../../storekit/credentials/credential-store.ts";
import type { CredentialIdentity } from "../../../storekit/credentials/stored-credential.ts";
import {
  readPrivateKeyFile,
  resolveKeyPath,
} from "../../../storekit/credentials/private-key-file.ts";
import { findEnvironment, SENTENCE_OUTPUT } from "../../../storekit/storekit-options.ts";
import { verifyAtApple, verifyLocally } from "../../../storekit/verify-credentials.ts";

const BYPASS_VARIABLES = ["HOLDFAST_STOREKIT_BYPASS_KEYCHAIN", "ASC_STOREKIT_BYPASS_KEYCHAIN"];

const OPTIONS: readonly OptionSpec[] = [
  { flags: "--name <name>", description: "what to call these credentials; required" },
  { flags: "--key-id <id>", description: "the In-App Purchase key's id; required" },
  { flags: "--issuer-id <id>", description: "the team's issuer id; required" },
  { flags: "--private-key <file>", description: "the key's .p8 file; required" },
  { flags: "--bundle-id <id>", description: "the app; required" },
  { flags: "--network", description: "ask Apple whether it accepts the key" },
  {
    flags: "--environment <name>",
    description: "where to ask, with --network (default: HOLDFAST_STOREKIT_ENVIRONMENT)",
  },
  { flags: "--skip-validation", description: "do not even look whether it is a P-256 key" },
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
    "The key comes from App Store Connect: Users and Access, Integrations, In-App Purchase. It is kept in the system's keychain; where there is none, or with --bypass-keychain, only the path of its file is kept, in ~/.holdfast/config.json. The new credentials become the default.",
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
    const stored = await save(key, options, io);
    const { name, bundleId } = key;
    const message = `Successfully registered StoreKit API key "${name}" for ${bundleId}`;
    print(input, io, {
      json: { name, key_id: key.keyId, issuer_id: key.issuerId, bundle_id: bundleId, stored },
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
  const environment = options.flag("network") ? requireEnvironmentToAsk(options, io) : undefined;
  const identity = { key: await importInAppPurchaseKey(key), bundleId: key.bundleId };
  await verifyLocally(identity, io);
  if (environment !== undefined) await verifyAtApple(identity, environment, io);
}

async function save(key: NewCredential, options: Options, io: Io): Promise<string> {
  const store = createCredentialStore(io);
  if (options.flag("bypass-keychain")) {
    return store.save(key, options.flag("local") ? "local" : "config");
  }
  try {
    return await store.save(key, "keychain");
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error;
    const path = await store.save(key, "config");
    io.stderr(
      `warning: no keychain answers here; the path of the key is kept in ${path}, so its file must stay where it is\n`,
    );
    return path;
  }
}
