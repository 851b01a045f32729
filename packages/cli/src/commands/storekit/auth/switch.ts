import type { Command } from "../../../command.ts";
import { print } from "../../../output.ts";
import { createCredentialStore } from "../../../storekit/credentials/credential-store.ts";
import { profileUnknown } from "../../../storekit/credentials/resolve-credentials.ts";
import { warnOfIgnoredConfigs } from "../../../storekit/credentials/told-configs.ts";
import { SENTENCE_OUTPUT } from "../../../storekit/storekit-options.ts";

/** `holdfast storekit auth switch` */
export const switchDefault: Command = {
  summary: "Choose the default credentials",
  options: [
    { flags: "--name <name>", description: "stored credentials; required", required: true },
  ],
  output: SENTENCE_OUTPUT,
  examples: [
    { line: "holdfast storekit auth switch --name Production", does: "use these from now on" },
  ],
  async run(input, io) {
    const name = input.options.required("name").trim();
    warnOfIgnoredConfigs(io);
    const store = createCredentialStore(io);
    if (!(await store.setDefault(name))) throw profileUnknown(name, store);
    print(input, io, {
      json: { default: name },
      table: () => [`Default StoreKit credentials: "${name}"`],
    });
    return 0;
  },
};
