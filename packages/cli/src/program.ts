import { Argument, Command as Program, Help, Option } from "commander";
import { UsageError } from "@holdfast/appstore/errors";
import type { ArgumentSpec, Command, OptionSpec, World } from "./command.ts";
import { variablesOf } from "./options.ts";
import { optionsOf } from "./output-format.ts";
import { examplesHelp, programHelp } from "./help.ts";
import type { ParsedOptions } from "./options.ts";
import { GROUPS, REGISTRY } from "./registry.ts";
import type { RegistryEntry } from "./registry.ts";
import { createStyle } from "./style.ts";
import { VERSION } from "./version.ts";

/** What a command line said. */
export interface ParsedLine {
  readonly command: Command;
  readonly positional: readonly string[];
  readonly options: ParsedOptions;
}

/** What a program is made from. */
export interface ProgramMeans {
  readonly io: World;
  /** The command the line starts with: the only one whose options are known. */
  readonly entry?: RegistryEntry;
  readonly command?: Command;
  readonly onParsed: (line: ParsedLine) => void;
  /** Told what commander has to say about a wrong line. */
  readonly onComplaint: (text: string) => void;
}

/** Makes the parser of command lines from the registry. */
export function createProgram(means: ProgramMeans): Program {
  const program = createRoot(means);
  const nouns = new Map<string, Program>();
  for (const entry of REGISTRY) {
    const leaf = leafOf(entry, program, nouns);
    leaf.summary(entry.summary).description(`${entry.summary}.`).helpCommand(false);
    if (entry !== means.entry || means.command === undefined) continue;
    describe(leaf, entry, means.command);
    connect(leaf, means.command, means.onParsed);
  }
  return program;
}

function createRoot({ io, onComplaint }: ProgramMeans): Program {
  return (
    new Program("holdfast")
      .version(VERSION, "-V, --version")
      // `--version` behind a command is the command's own, where it has one.
      .enablePositionalOptions()
      .showSuggestionAfterError(true)
      .showHelpAfterError("(add --help for what it takes)")
      .helpCommand(false)
      .exitOverride()
      .configureHelp({
        formatHelp: (command, helper) =>
          command.parent === null
            ? programHelp(createStyle(io))
            : new Help().formatHelp(command, helper),
      })
      .configureOutput({
        writeOut: io.stdout,
        writeErr: onComplaint,
        getOutHasColors: () => io.colors,
        getErrHasColors: () => io.colors,
      })
  );
}

/** Makes the leaf of an entry, and the nouns it is under. */
function leafOf({ path }: RegistryEntry, program: Program, known: Map<string, Program>): Program {
  let parent = program;
  for (const [index, word] of path.entries()) {
    const words = path.slice(0, index + 1).join(" ");
    const command = known.get(words) ?? parent.command(word).helpCommand(false);
    command.description(GROUPS[words] ?? "");
    known.set(words, command);
    parent = command;
  }
  return parent;
}

function describe(leaf: Program, { path }: RegistryEntry, command: Command): void {
  if (command.examples.length === 0) {
    throw new UsageError("COMMAND_INVALID", `${path.join(" ")} has no example`);
  }
  leaf.description([`${command.summary}.`, command.description ?? ""].join("\n\n").trim());
  for (const spec of command.arguments ?? []) leaf.addArgument(argumentOf(spec));
  for (const spec of optionsOf(command)) leaf.addOption(optionOf(spec));
  leaf.addHelpText("after", examplesHelp(command));
}

function argumentOf({ name, description, required, choices }: ArgumentSpec): Argument {
  const argument = new Argument(required ? `<${name}>` : `[${name}]`, description);
  return choices === undefined ? argument : argument.choices([...choices]);
}

/** Variables of the environment are read by `createOptions`: commander would read the process's. */
function optionOf(spec: OptionSpec): Option {
  const { flags, description, choices, default: byDefault, repeatable } = spec;
  const variables = variablesOf(spec);
  const from = variables.length === 0 ? "" : ` (env: ${variables.join(", ")})`;
  const option = new Option(flags, description + from);
  if (choices !== undefined) option.choices([...choices]);
  if (byDefault !== undefined) option.default(byDefault);
  if (repeatable === true) {
    // Before the first value commander passes nothing at all, whatever its types say.
    option.argParser((value: string, before?: readonly string[]) => [...(before ?? []), value]);
  }
  return option;
}

function connect(leaf: Program, command: Command, onParsed: ProgramMeans["onParsed"]): void {
  leaf.action((...parsed: unknown[]) => {
    const positional = parsed
      .slice(0, command.arguments?.length ?? 0)
      // An argument that may come more than once is an array.
      .flat()
      .filter((value) => typeof value === "string");
    const isGiven = (name: string) => leaf.getOptionValueSource(name) === "cli";
    onParsed({ command, positional, options: { values: leaf.opts(), isGiven } });
  });
}
