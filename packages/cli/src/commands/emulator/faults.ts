import { UsageError } from "@holdfast/appstore/errors";
import type { Command, CommandInput, Io } from "../../command.ts";
import { callEmulator, type EmulatorAnswer } from "../../emulator-control/call-emulator.ts";
import { EMULATOR_PORT_OPTION, runningPort } from "../../emulator-control/emulator-options.ts";
import { readJson } from "../../files.ts";
import { print } from "../../output.ts";

/** `holdfast emulator faults` */
export const faults: Command = {
  summary: "Make requests to a running local App Store go wrong on purpose",
  description:
    'Without a file: shows what is in force. A file holds {"faults": […]}; each has a kind (latency with delayMs, error with errorCode and perhaps retryInMs, status with status, drop), ' +
    "and may have operation (like uploadMessage), app, environment, skip, times, and when (beforeEffect or afterEffect).",
  arguments: [
    {
      name: "file",
      description: "puts the faults in this file in force; - reads standard input",
      required: false,
    },
  ],
  options: [{ flags: "--clear", description: "end all faults" }, EMULATOR_PORT_OPTION],
  examples: [
    {
      line: "holdfast emulator faults",
      does: "what is in force, and how often it fell on a request",
    },
    {
      line: `echo '{"faults":[{"kind":"drop","operation":"uploadMessage","when":"afterEffect","times":1}]}' | holdfast emulator faults -`,
      does: "the next message arrives, but nobody hears of it",
    },
    { line: "holdfast emulator faults --clear", does: "all is well again" },
  ],
  async run(input, io) {
    const { faults: inForce } = await change(input, io);
    const all: readonly EmulatorAnswer[] = Array.isArray(inForce) ? inForce : [];
    print(input, io, {
      json: { faults: all },
      table: () => (all.length === 0 ? ["no faults"] : all.map((fault) => JSON.stringify(fault))),
    });
    return 0;
  },
};

async function change(
  { arguments: [file], options }: CommandInput,
  io: Io,
): Promise<EmulatorAnswer> {
  const to = { port: runningPort(options), path: "/faults" };
  if (options.flag("clear")) {
    if (file !== undefined) {
      throw new UsageError("ARGUMENT_INVALID", "expected either a file or --clear");
    }
    return callEmulator({ ...to, method: "DELETE" });
  }
  if (file === undefined) return callEmulator(to);
  return callEmulator({ ...to, method: "PUT", body: await readJson(io, file) });
}
