import { CommanderError } from "commander";
import { UsageError } from "@holdfast/appstore/errors";
import type { CommandInput, ExitCode, Io, World } from "./command.ts";
import { exitCodeOf, reportError, reportWarnings } from "./errors.ts";
import { commandsCalled } from "./help.ts";
import { createOptions } from "./options.ts";
import { isJsonAsked, optionsOf, STANDARD_OUTPUT } from "./output-format.ts";
import { createProgram } from "./program.ts";
import type { ParsedLine } from "./program.ts";
import { REGISTRY } from "./registry.ts";
import { createStyle } from "./style.ts";
import type { RegistryEntry } from "./registry.ts";
import { createWarnings } from "./warnings.ts";

/** Parses one command line, runs its command and returns the exit code. Touches nothing but `io`. */
export async function runLine(line: readonly string[], io: World): Promise<ExitCode> {
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

async function runCommand(
  { command, positional, options }: ParsedLine,
  world: World,
): Promise<ExitCode> {
  const { output = STANDARD_OUTPUT, afterInterruption } = command;
  const asked = options.isGiven("output") ? options.values["output"] : undefined;
  const json = isJsonAsked(asked, output, world);
  const compact = output.compactJson === true && options.values["pretty"] !== true;
  const { warn, collected: warnings } = createWarnings(world, { json });
  const io: Io = { ...world, warn };
  try {
    const means = { specs: optionsOf(command), output, io };
    const input: CommandInput = {
      arguments: positional,
      options: createOptions(options, means),
    };
    const code = await command.run(input, io);
    reportWarnings(warnings, io, { compact });
    return code;
  } catch (error) {
    reportError(error, io, { json, compact, warnings, afterInterruption });
    return exitCodeOf(error);
  }
}

/** The command with the most words that the line starts with. */
function findEntry(line: readonly string[]): RegistryEntry | undefined {
  return REGISTRY.filter(({ path }) => path.every((word, index) => line[index] === word))
    .toSorted((a, b) => b.path.length - a.path.length)
    .at(0);
}

const MISUSE = "COMMAND_LINE_INVALID";

/** Tells what is wrong with a command line: commander's words, or one JSON document. */
function reportMisuse(
  error: CommanderError,
  complaint: string,
  line: readonly string[],
  io: World,
): void {
  const hint = error.code === "commander.unknownCommand" ? otherPlaces(line) : "";
  if (!asksForJson(line, io)) {
    const { red } = createStyle(io);
    const told = complaint.replace(/^error: /, `${red("error")} ${MISUSE}: `);
    io.stderr(hint === "" ? told : `${told.trimEnd()}\n${hint}\n`);
    return;
  }
  const said = error.message.replace(/^error: /, "");
  const message = [said, hint].filter((part) => part !== "").join("\n");
  reportError(new UsageError(MISUSE, message), io, { json: true });
}

/** For somebody who left the noun out. */
function otherPlaces(line: readonly string[]): string {
  const meant = line.slice(0, 2).flatMap(commandsCalled);
  if (meant.length === 0) return "";
  return `(Did you mean ${meant.map(({ path }) => `holdfast ${path.join(" ")}`).join(" or ")}?)`;
}

/** For a line that could not be parsed: what stands on it, or in the environment. */
function asksForJson(line: readonly string[], io: World): boolean {
  const at = line.findIndex((word) => word === "--output" || word.startsWith("--output="));
  const asked = at < 0 ? undefined : (line[at]?.split("=")[1] ?? line[at + 1]);
  return isJsonAsked(asked, STANDARD_OUTPUT, io);
}
