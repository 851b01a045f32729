import { CommanderError } from "commander";
import { UsageError } from "@holdfast/appstore/errors";
import type { CommandInput, ExitCode, Io } from "./command.ts";
import { exitCodeOf, reportError } from "./errors.ts";
import { commandsCalled } from "./help.ts";
import { createOptions } from "./options.ts";
import { isJsonAsked, optionsOf, STANDARD_OUTPUT } from "./output-format.ts";
import { createProgram } from "./program.ts";
import type { ParsedLine } from "./program.ts";
import { REGISTRY } from "./registry.ts";
import type { RegistryEntry } from "./registry.ts";

/** Parses one command line, runs its command and returns the exit code. Touches nothing but `io`. */
export async function runLine(line: readonly string[], io: Io): Promise<ExitCode> {
  const entry = findEntry(line);
  let complaint = "";
  let parsed: ParsedLine | undefined;
  try {
    const program = createProgram({
      io,
      ...(entry === undefined ? {} : { entry, command: await entry.load() }),
      onParsed: (found) => {
        parsed = found;
      },
      onComplaint: (text) => {
        complaint += text;
      },
    });
    await program.parseAsync([...line], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    reportMisuse(error, complaint, line, io);
    return 2;
  }
  return parsed === undefined ? 0 : runCommand(parsed, io);
}

async function runCommand({ command, positional, options }: ParsedLine, io: Io): Promise<ExitCode> {
  const { output = STANDARD_OUTPUT } = command;
  try {
    const means = { specs: optionsOf(command), output, io };
    const input: CommandInput = {
      arguments: positional,
      options: createOptions(options, means),
    };
    return await command.run(input, io);
  } catch (error) {
    reportError(error, io, { json: isJsonAsked(options.values["output"], output, io) });
    return exitCodeOf(error);
  }
}

/** The command with the most words that the line starts with. */
function findEntry(line: readonly string[]): RegistryEntry | undefined {
  return REGISTRY.filter(({ path }) => path.every((word, index) => line[index] === word))
    .toSorted((a, b) => b.path.length - a.path.length)
    .at(0);
}

/** Tells what is wrong with a command line: commander's words, or one JSON document. */
function reportMisuse(
  error: CommanderError,
  complaint: string,
  line: readonly string[],
  io: Io,
): void {
  const hint = error.code === "commander.unknownCommand" ? otherPlaces(line) : "";
  if (!asksForJson(line)) {
    io.stderr(hint === "" ? complaint : `${complaint.trimEnd()}\n${hint}\n`);
    return;
  }
  const said = error.message.replace(/^error: /, "");
  const message = [said, hint].filter((part) => part !== "").join("\n");
  reportError(new UsageError("COMMAND_LINE_INVALID", message), io, { json: true });
}

/** For somebody who left the noun out. */
function otherPlaces(line: readonly string[]): string {
  const meant = line.slice(0, 2).flatMap(commandsCalled);
  if (meant.length === 0) return "";
  return `(Did you mean ${meant.map(({ path }) => `holdfast ${path.join(" ")}`).join(" or ")}?)`;
}

function asksForJson(line: readonly string[]): boolean {
  return line.some(
    (word, index) =>
      word === "--output=json" || (word === "--output" && line[index + 1] === "json"),
  );
}
