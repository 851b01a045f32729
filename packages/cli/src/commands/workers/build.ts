import { join } from "node:path";
import type { Command } from "../../command.ts";
import { columns, print } from "../../output.ts";
import { createStyle } from "../../style.ts";
import { buildWorker, renderBuilt } from "../../workers/build-worker.ts";
import { CONFIG_OPTIONS } from "../../workers/read-worker-config.ts";

/** `holdfast workers build` */
export const build: Command = {
  summary: "Build the Worker that answers for the apps of a configuration file",
  description:
    "Bundles the runtime with the configuration, and every file that names, into one module without a dependency: worker.js. " +
    "No secret is in it. Apps that name no publisherKey have the publisher whose key is in HOLDFAST_PUBLISHER_KEY (or _FILE) or in the directory of --data. " +
    "A change of the configuration takes a new build; a new flow does not.",
  options: [
    ...CONFIG_OPTIONS,
    {
      flags: "--out <directory>",
      description: "where worker.js is written",
      default: "deploy/workers/build",
    },
  ],
  examples: [
    { line: "holdfast workers build", does: "write deploy/workers/build/worker.js" },
    {
      line: "holdfast runtimes config > holdfast.yaml && holdfast workers build",
      does: "for the apps of a control plane",
    },
  ],
  async run(input, io) {
    const file = join(input.options.required("out"), "worker.js");
    const built = await buildWorker(file, input.options, io);
    for (const warning of built.warnings) io.warn(warning);
    const { apps, bytes, gzippedBytes } = built;
    print(input, io, {
      json: { file, apps, bytes, gzippedBytes },
      table: () => [createStyle(io).green(`built ${file}`), ...columns(renderBuilt(built))],
    });
    return 0;
  },
};
