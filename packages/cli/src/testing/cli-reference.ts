import type { ArgumentSpec, Command, OptionSpec } from "../command.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { variablesOf } from "../options.ts";
import { optionsOf } from "../output-format.ts";
import { REGISTRY, TOPICS } from "../registry.ts";
import type { RegistryEntry } from "../registry.ts";
import { OFF, ON } from "../switch-variable.ts";

const sayAll = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(", ");

const HEAD = `# The command line

<!-- Made from the commands themselves. To renew: UPDATE_DOCS=1 npx vitest run packages/cli/src/cli-reference.test.ts -->

\`holdfast <command> [options]\`. \`--help\` after any command tells what it takes, \`--version\` the version.

Every command takes \`--output json\`: one JSON document on standard output and nothing else.
\`HOLDFAST_DEFAULT_OUTPUT\` (or \`ASC_DEFAULT_OUTPUT\`) stands in for \`--output\`; a command that cannot
write what it says has its default, and \`completion\`, \`export\`, \`offers sign\` and \`serve\`, whose text is
for other programs, heed the command line alone. \`--pretty\` is there where JSON comes on one line. Errors are
then one JSON document on standard error: \`{"error":{"code","message","advice"?}}\`, for a flow with its
\`issues\`, for a refusal of Apple's with \`status\`, \`appleCode\`, \`appleName\`, \`appleMessage\`,
\`retryable\` and \`retryAt\` (milliseconds since 1970), for a refusal of the control plane's with \`status\`,
\`issues\`, \`current\`, \`apple\`, \`requestId\` and \`retryAt\`, as its API documents them. What a command warns of is in the same document
as \`warnings\`; where it ends well, the document is \`{"warnings":[…]}\`, or there is none. (On a terminal,
lines that tell the progress come before.) Without \`--output json\` warnings are lines of text, also where
JSON is what a command writes by default. Codes are stable, messages are not. Colours are
used on a terminal; \`NO_COLOR\` turns them off, \`FORCE_COLOR\` on. Options come from the command line,
then the environment, then the default. A variable that only turns something on, like
\`HOLDFAST_READ_ONLY\`, takes ${sayAll(ON)}, or ${sayAll(OFF)}, in any case; empty counts as not set, and any
other word is an error. Nothing is reported to anybody. Nothing asks questions but \`setup\` and \`login\`, on a terminal
alone and only for what no option gives.

Commands that talk to a control plane find it by \`--server\`, \`HOLDFAST_SERVER\` or the last login. They show it
the token of \`HOLDFAST_TOKEN\`, of the file \`HOLDFAST_TOKEN_FILE\` names, or of the login stored for that server;
never one from the command line, which other users of a machine can read.

| exit code | meaning |
|---|---|
${Object.entries(EXIT_CODES)
  .map(([code, meaning]) => `| ${code} | ${meaning} |`)
  .join("\n")}
`;

/** Returns the reference of every command as Markdown. */
export async function cliReference(): Promise<string> {
  const sections: string[] = [HEAD];
  for (const topic of TOPICS) {
    sections.push(`## ${topic}\n`);
    for (const entry of REGISTRY.filter((listed) => listed.topic === topic)) {
      sections.push(commandSection(entry, await entry.load()));
    }
  }
  return sections.join("\n");
}

function commandSection({ path }: RegistryEntry, command: Command): string {
  const { summary, description, options = [], output, examples } = command;
  const positional = command.arguments ?? [];
  const words = positional.map(({ name, required }) => (required ? ` <${name}>` : ` [${name}]`));
  // What all commands can write is told once, at the top.
  const shown = output === undefined ? options : optionsOf(command);
  const rows = [...positional.map(argumentRow), ...shown.map(optionRow)];
  return [
    `### \`holdfast ${path.join(" ")}${words.join("")}\`\n`,
    `${summary}.${description === undefined ? "" : ` ${description}`}\n`,
    ...(rows.length === 0 ? [] : [`| option | meaning |\n|---|---|\n${rows.join("\n")}\n`]),
    `${examples.map(({ line, does }) => `    # ${does}\n    ${line}`).join("\n")}\n`,
  ].join("\n");
}

function argumentRow({ name, description, choices }: ArgumentSpec): string {
  const more = choices === undefined ? [] : [choices.map((choice) => `\`${choice}\``).join(", ")];
  return row(name, [description, ...more].join("; "));
}

function optionRow(spec: OptionSpec): string {
  const { flags, description, choices, default: byDefault } = spec;
  const more = [
    ...(choices === undefined ? [] : [choices.map((choice) => `\`${choice}\``).join(", ")]),
    ...(byDefault === undefined ? [] : [`default \`${byDefault}\``]),
    ...variablesOf(spec).map((variable) => `\`${variable}\``),
  ];
  return row(flags, [description, ...more].join("; "));
}

function row(name: string, meaning: string): string {
  return `| \`${name}\` | ${meaning.replaceAll("|", "\\|")} |`;
}
