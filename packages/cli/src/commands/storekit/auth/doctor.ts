import type { Command } from "../../../command.ts";
import { print } from "../../../output.ts";
import { importKeyOf } from "../../../storekit/credentials/import-key.ts";
import { warnOfExposedKeyFile } from "../../../storekit/credentials/private-key-file.ts";
import { resolveCredentials } from "../../../storekit/credentials/resolve-credentials.ts";
import { sayPlace } from "../../../storekit/base-url.ts";
import { bundleIdOf, sayCredentials } from "../../../storekit/open-retention-messaging.ts";
import {
  API_ENVIRONMENT_OPTION,
  CREDENTIAL_OPTIONS,
  requireEnvironment,
  SENTENCE_OUTPUT,
} from "../../../storekit/storekit-options.ts";
import { verifyAtApple, verifyLocally } from "../../../storekit/verify-credentials.ts";

/** `holdfast storekit auth doctor` */
export const doctor: Command = {
  summary: "Check the credentials a command would use",
  description:
    "Finds them as every command does, reads the key and signs with it; with --network it also asks Apple for the list of messages.",
  options: [
    ...CREDENTIAL_OPTIONS,
    API_ENVIRONMENT_OPTION,
    { flags: "--network", description: "ask Apple, too" },
  ],
  output: SENTENCE_OUTPUT,
  examples: [
    {
      line: "holdfast storekit auth doctor --environment sandbox --network",
      does: "key, app and access",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const environment = requireEnvironment(options);
    const isNetwork = options.flag("network");
    const credentials = await resolveCredentials(options, io);
    const bundleId = bundleIdOf(options, credentials);
    const identity = {
      key: await importKeyOf(credentials),
      bundleId,
      credentials: sayCredentials(credentials),
    };
    await verifyLocally(identity, io);
    const baseUrl = isNetwork ? await verifyAtApple(identity, environment, io) : undefined;
    const { name, source, keyId, privateKeyPath } = credentials;
    await warnOfExposedKeyFile(privateKeyPath, io);
    const how = isNetwork ? "network verified" : "checked on this machine only";
    print(input, io, {
      json: {
        valid: true,
        environment,
        network: isNetwork,
        base_url: baseUrl ?? null,
        name,
        source,
        key_id: keyId,
        bundle_id: bundleId,
      },
      table: () => [
        `StoreKit credentials are valid for ${environment} (${how})${sayPlace(baseUrl)}`,
      ],
    });
    return 0;
  },
};
