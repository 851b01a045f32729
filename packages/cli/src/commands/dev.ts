import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@holdfast/appstore/errors";
import { DEFAULT_PORT } from "@holdfast/runtime/node";
import { startDev } from "../dev/start-dev.ts";
import type { Command } from "../command.ts";
import { untilAborted } from "../until-aborted.ts";

/** The example in the repository, for those who come without a flow. */
const EXAMPLE_FLOW = join(
  dirname(fileURLToPath(import.meta.url)),
  "../../../../examples/yoga/flow.yaml",
);
const DEFAULT_EMULATOR_PORT = 8788;
const MAX_PORT = 65_535;

/** `holdfast dev` */
export const dev: Command = {
  summary: "Run everything on this machine, with a local App Store",
  description:
    "Starts a server and a local App Store, brings the flow live (by default the example), lets subscribers open the page that can cancel, decide, renew and leave, " +
    "shows what was asked, answered and why, what they did and what is counted of it, runs a performance test, and stays up until Ctrl-C. It begins anew each time.",
  arguments: [{ name: "flow", description: "a flow with its catalog beside it", required: false }],
  options: [
    {
      flags: "--port <number>",
      description: "of the runtime; 0 picks a free one",
      default: String(DEFAULT_PORT),
      env: "HOLDFAST_PORT",
    },
    {
      flags: "--emulator-port <number>",
      description: "of the local App Store; 0 picks a free one",
      default: String(DEFAULT_EMULATOR_PORT),
      env: "HOLDFAST_EMULATOR_PORT",
    },
    {
      flags: "--data <directory>",
      description: "where everything is kept",
      default: ".holdfast/dev",
    },
    { flags: "--views <per-second>", description: "pages opened per second", default: "2" },
    {
      flags: "--workers",
      description: "let a Cloudflare Worker answer, in workerd and by a local Cloudflare",
    },
  ],
  examples: [
    { line: "holdfast dev", does: "see the example at work" },
    { line: "holdfast dev --workers", does: "see a Cloudflare Worker answer" },
    { line: "holdfast dev my-app/flow.yaml --views 10", does: "try your own flow, faster" },
  ],
  async run({ arguments: [flow], options }, io) {
    const session = await startDev(
      {
        flow: flow === undefined ? EXAMPLE_FLOW : resolve(io.cwd, flow),
        dataDirectory: resolve(io.cwd, options.required("data")),
        port: options.integer("port", { min: 0, max: MAX_PORT }) ?? DEFAULT_PORT,
        emulatorPort:
          options.integer("emulator-port", { min: 0, max: MAX_PORT }) ?? DEFAULT_EMULATOR_PORT,
        viewsPerSecond: viewsOf(options.required("views")),
        hasWorker: options.flag("workers"),
      },
      io,
    );
    try {
      await Promise.race([session.failed, untilAborted(io.signal)]);
    } finally {
      await session.close();
    }
    return 0;
  },
};

function viewsOf(text: string): number {
  const views = Number(text);
  if (views > 0 && views <= 1000) return views;
  throw new UsageError("OPTION_INVALID", `--views: expected a number from 0 to 1000, got ${text}`);
}
