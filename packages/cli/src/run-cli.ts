import { Command as Program, CommanderError, Option } from "commander";
import { UsageError } from "@holdfast/appstore/errors";
import { VERSION } from "./version.ts";
import type { Command, ExitCode, Io, OptionSpec } from "./command.ts";
import { createOptions } from "./options.ts";
import { GROUPS, REGISTRY } from "./registry.ts";
import type { RegistryEntry } from "./registry.ts";
import { exitCodeOf, renderError } from "./errors.ts";

const OUTPUT: OptionSpec = {
  flags: "--output <format>",
  description: "table for people, json for machines: one document on stdout and nothing else",
  choices: ["table", "json"],
  default: "table",
};

/**
 * Runs one command line and returns its exit code. Touches nothing but `io`.
 *
 * @param argv - without the interpreter and the script
 */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const entry = findEntry(argv);
  const command = await entry?.load();
  const program = createProgram(io);
  const groups = new Map<string, Program>();
  for (const listed of REGISTRY) {
    const leaf = parentOf(listed, program, groups).command(listed.path.at(-1) ?? "");
    leaf.summary(listed.summary).description(listed.summary);
    if (listed !== entry || command === undefined) continue;
    describe(leaf, listed, command);
    leaf.action(async (...parsed: unknown[]) => {
      const positional = parsed.slice(0, command.arguments?.length ?? 0);
      const input = {
        arguments: positional.filter((value) => typeof value === "string"),
        options: createOptions(leaf.opts()),
      };
      exitCode = await runCommand(command, input, io);
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

async function runCommand(
  command: Command,
  input: Parameters<Command["run"]>[0],
  io: Io,
): Promise<ExitCode> {
  try {
    return await command.run(input, io);
  } catch (error) {
    io.stderr(renderError(error, { json: input.options.json, colors: io.colors }));
    return exitCodeOf(error);
  }
}

/** The command whose words the line starts with. */
function findEntry(argv: readonly string[]): RegistryEntry | undefined {
  return REGISTRY.find(({ path }) => path.every((word, index) => argv[index] === word));
}

function createProgram(io: Io): Program {
  return new Program("holdfast")
    .description("Keeps subscribers: answers Apple's real-time retention requests.")
    .version(VERSION, "-V, --version")
    .showSuggestionAfterError(true)
    .showHelpAfterError("(add --help for what it takes)")
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      getOutHasColors: () => io.colors,
      getErrHasColors: () => io.colors,
    });
}

function parentOf(entry: RegistryEntry, program: Program, groups: Map<string, Program>): Program {
  if (entry.path.length === 1) return program;
  const [noun] = entry.path;
  const known = groups.get(noun);
  if (known !== undefined) return known;
  const group = program.command(noun).description(GROUPS[noun] ?? "");
  groups.set(noun, group);
  return group;
}

function describe(leaf: Program, { path }: RegistryEntry, command: Command): void {
  leaf.description([command.summary + ".", command.description ?? ""].join("\n\n").trim());
  for (const { name, description, required } of command.arguments ?? []) {
    leaf.argument(required ? `<${name}>` : `[${name}]`, description);
  }
  for (const spec of [...(command.options ?? []), OUTPUT]) leaf.addOption(optionOf(spec));
  if (command.examples.length === 0) {
    throw new UsageError("COMMAND_INVALID", `${path.join(" ")} has no example`);
  }
  const examples = command.examples.map(({ line, does }) => `  # ${does}\n  $ ${line}`);
  leaf.addHelpText("after", `\nExamples:\n${examples.join("\n")}`);
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.env !== undefined) option.env(spec.env);
  return option;
}
