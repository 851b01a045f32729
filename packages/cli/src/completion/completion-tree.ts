import type { ArgumentSpec, Command, OptionSpec } from "../command.ts";
import { optionsOf } from "../output-format.ts";

/** The command tree, as the registry has it: the registry loads what is here, so it is passed in. */
export interface CommandTree {
  readonly commands: readonly {
    readonly path: readonly string[];
    readonly summary: string;
    readonly load: () => Promise<Command>;
  }[];
  /** What nouns are about, by their words. */
  readonly groups: Readonly<Record<string, string>>;
}

/** An option as completion offers it. */
export interface CompletedOption {
  /** With its dashes: `--environment`, or `-V`. */
  readonly flag: string;
  readonly description: string;
  /** Whether a value follows it. */
  readonly takesValue: boolean;
  /** The values it can have; empty where files are offered. */
  readonly choices: readonly string[];
}

/** A word as completion offers it. */
interface CompletedWord {
  readonly word: string;
  readonly description: string;
}

/** What can follow one row of words. */
export interface CompletionNode {
  /** The words that lead here, joined by spaces; empty for `holdfast` alone. */
  readonly path: string;
  readonly words: readonly CompletedWord[];
  readonly options: readonly CompletedOption[];
}

const HELP: CompletedOption = {
  flag: "--help",
  description: "what it takes, with examples",
  takesValue: false,
  choices: [],
};
const VERSION: CompletedOption = { ...HELP, flag: "--version", description: "the version" };

/**
 * Returns what can follow every row of words the commands are made of, parents before children. All
 * commands are loaded, for their options.
 */
export async function completionTree(tree: CommandTree): Promise<readonly CompletionNode[]> {
  const leaves = new Map<string, Command>();
  for (const { path, load } of tree.commands) leaves.set(path.join(" "), await load());
  const paths = ["", ...tree.commands.flatMap(({ path }) => prefixesOf(path))];
  return [...new Set(paths)].map((path) => {
    const command = leaves.get(path);
    const own = command === undefined ? [] : optionsOf(command).flatMap(completedOptions);
    const values = command?.arguments?.flatMap(choicesOf) ?? [];
    return {
      path,
      words: [...childrenOf(path, tree), ...values],
      options: [...own, ...(path === "" ? [HELP, VERSION] : [HELP])],
    };
  });
}

function prefixesOf(path: readonly string[]): readonly string[] {
  return path.map((_, index) => path.slice(0, index + 1).join(" "));
}

function childrenOf(parent: string, { commands, groups }: CommandTree): readonly CompletedWord[] {
  const depth = parent === "" ? 0 : parent.split(" ").length;
  const below = commands.filter(
    ({ path }) => path.length > depth && path.slice(0, depth).join(" ") === parent,
  );
  const words = new Map<string, CompletedWord>();
  for (const { path, summary } of below) {
    const word = path[depth] ?? "";
    const isLeaf = path.length === depth + 1;
    const group = groups[path.slice(0, depth + 1).join(" ")];
    if (isLeaf || !words.has(word)) {
      words.set(word, { word, description: isLeaf ? summary : (group ?? "") });
    }
  }
  return [...words.values()];
}

function choicesOf({ choices = [], description }: ArgumentSpec): readonly CompletedWord[] {
  return choices.map((word) => ({ word, description }));
}

/** An option has one long name, and perhaps a short one. */
function completedOptions(spec: OptionSpec): readonly CompletedOption[] {
  const takesValue = /[<[]/.test(spec.flags);
  const flags = spec.flags.match(/--?[A-Za-z][A-Za-z0-9-]*/g) ?? [];
  return flags.map((flag) => ({
    flag,
    description: spec.description,
    takesValue,
    choices: spec.choices ?? spec.suggestions ?? [],
  }));
}
