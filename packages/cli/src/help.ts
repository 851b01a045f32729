import type { Command } from "./command.ts";
import { columns } from "./output.ts";
import { FOLDED_TOPICS, GROUPS, REGISTRY, TOPICS } from "./registry.ts";
import type { RegistryEntry } from "./registry.ts";
import type { Style } from "./style.ts";

/** Returns the help of `holdfast` itself: every command and every deep noun, by topic. */
export function programHelp(style: Style): string {
  const width = Math.max(...REGISTRY.map((entry) => lineOf(entry).words.length));
  const sections = TOPICS.flatMap((topic) => {
    const lines = REGISTRY.filter((entry) => entry.topic === topic).map(lineOf);
    const shown = [...new Map(lines.map((line) => [line.words, line])).values()];
    const rows = shown.map(({ words, summary }) => [
      `  ${style.cyan(words)}${" ".repeat(width - words.length)}`,
      summary,
    ]);
    return rows.length === 0 ? [] : ["", style.bold(topic)].concat(columns(rows));
  });
  return [
    `${style.bold("holdfast")} keeps subscribers: it answers Apple's real-time retention requests.`,
    "",
    "Usage: holdfast <command> [options]",
    ...sections,
    "",
    "Every command takes --help, with examples, and --output json. --version tells the version.",
    "Exit codes: 0 done or yes, 1 failed or no, 2 invalid input; docs/cli.md has the others.",
    "",
  ].join("\n");
}

/** Deep trees are shown by their first two words, folded topics by one; their own help shows the rest. */
function lineOf({ path, topic, summary }: RegistryEntry): { words: string; summary: string } {
  const shownWords = FOLDED_TOPICS.has(topic) ? 1 : 2;
  const words = path.slice(0, shownWords).join(" ");
  return { words, summary: path.length > shownWords ? (GROUPS[words] ?? "") : summary };
}

/** Returns a command's examples as help shows them. */
export function examplesHelp({ examples }: Command): string {
  const lines = examples.map(({ line, does }) => `  # ${does}\n  $ ${line}`);
  return `\nExamples:\n${lines.join("\n")}`;
}

/** Returns which commands somebody may have meant by a word alone, like `validate`. */
export function commandsCalled(word: string): readonly RegistryEntry[] {
  return REGISTRY.filter(({ path }) => path.length > 1 && path.at(-1) === word);
}
