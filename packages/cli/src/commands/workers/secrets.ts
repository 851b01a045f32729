import type { Command } from "../../command.ts";
import { print } from "../../output.ts";
import { readSecretVariable } from "../../server/secret-variable.ts";
import { createStyle } from "../../style.ts";
import { readRuntimeSecret, SECRETS_OPTION } from "../../workers/publisher-secrets.ts";
import { requireSuccess, runWrangler } from "../../workers/run-wrangler.ts";
import { WORKER_SECRETS } from "../../workers/worker-secrets.ts";
import { readWranglerConfig, WRANGLER_CONFIG_OPTION } from "../../workers/wrangler-config.ts";

/** `holdfast workers secrets` */
export const secrets: Command = {
  summary: "Give the Worker its secrets, with wrangler",
  description:
    "Sets HOLDFAST_RUNTIME_SECRET, which opens what is published, and HOLDFAST_RUNTIME_TOKEN, with which decisions are sent to the control plane, where there is one. " +
    "Both come from the variables of these names (or _FILE), the first also from the directory of --data; the control plane must have the same runtime secret. " +
    "They go to wrangler through its standard input: they are in no argument, in no file, and nothing prints them. A Worker that is not there yet is made, empty.",
  options: [
    {
      ...SECRETS_OPTION,
      description: "a directory with the runtime secret, where no variable gives it",
    },
    WRANGLER_CONFIG_OPTION,
  ],
  examples: [
    {
      line: "HOLDFAST_RUNTIME_SECRET_FILE=secrets/runtime-secret HOLDFAST_RUNTIME_TOKEN_FILE=secrets/runtime-token holdfast workers secrets",
      does: "beside a control plane",
    },
    { line: "holdfast workers secrets --data .holdfast", does: "without one" },
  ],
  async run(input, io) {
    const { options } = input;
    const { file, name } = await readWranglerConfig(options, io);
    const runtimeSecret = await readRuntimeSecret(options, io);
    const runtimeToken = await readSecretVariable(io, WORKER_SECRETS.runtimeToken);
    const values = {
      [WORKER_SECRETS.runtimeSecret]: Buffer.from(runtimeSecret).toString("base64"),
      ...(runtimeToken === undefined ? {} : { [WORKER_SECRETS.runtimeToken]: runtimeToken }),
    };
    const call = {
      arguments: ["secret", "bulk", "--config", file],
      input: JSON.stringify(values),
      isShown: !options.json,
    };
    const end = await runWrangler(call, io);
    requireSuccess(end, call);
    const set = Object.keys(values);
    print(input, io, {
      json: { name: name ?? null, secrets: set, wrangler: end.said },
      table: () => [createStyle(io).green(`set ${set.join(", ")}`)],
    });
    return 0;
  },
};
