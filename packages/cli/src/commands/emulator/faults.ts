import { UsageError } from "@holdfast/appstore/errors";
import type { Command, CommandInput, Io } from "../../command.ts";
import { callEmulator, type EmulatorAnswer } from "../../emulator-control/call-emulator.ts";
import { EMULATOR_PORT_OPTION, runningPort } from "../../emulator-control/emulator-options.ts";
import { readJson } from "../../files.ts";
import { print } from "../../output.ts";

/** `holdfast emulator faults` */
export const faults: Command = {
  summary: "Make requests to a running local App Store, or its notifications, go wrong on purpose",
  description:
    'Without a file: shows what is in force. A file holds {"faults": […]}; each has a kind (latency with delayMs, error with errorCode and perhaps retryInMs, status with status, drop), ' +
    "and may have operation (like uploadMessage), app, environment, skip, times, and when (beforeEffect or afterEffect). " +
    "With --notifications it is about App Store Server Notifications: kinds are delay with delayMs, reorder (perhaps withinMs), duplicate (perhaps copies) and drop, " +
    "and they may have app, environment, notificationType, subtype, skip, times, and share (from 0 to 1).",
  arguments: [
    {
      name: "file",
      description: "puts the faults in this file in force; - reads standard input",
      required: false,
    },
  ],
  options: [
    { flags: "--clear", description: "end all faults" },
    { flags: "--notifications", description: "the faults of notifications, not of requests" },
    EMULATOR_PORT_OPTION,
  ],
  examples: [
    {
      line: "holdfast emulator faults",
      does: "what is in force, and how often it fell on a request",
    },
    {
      line: `echo '{"faults":[{"kind":"drop","operation":"uploadMessage","when":"afterEffect","times":1}]}' | holdfast emulator faults -`,
      does: "the next message arrives, but nobody hears of it",
    },
    {
      line: `echo '{"faults":[{"kind":"drop","share":0.1},{"kind":"duplicate","share":0.2}]}' | holdfast emulator faults --notifications -`,
      does: "one notification in ten is lost, and one in five comes twice",
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
  const path = options.flag("notifications") ? "/notification-faults" : "/faults";
  const to = { port: runningPort(options), path };
  if (options.flag("clear")) {
    if (file !== undefined) {
      throw new UsageError("ARGUMENT_INVALID", "expected either a file or --clear");
    }
    return callEmulator({ ...to, method: "DELETE" });
  }
  if (file === undefined) return callEmulator(to);
  return callEmulator({ ...to, method: "PUT", body: await readJson(io, file) });
}
