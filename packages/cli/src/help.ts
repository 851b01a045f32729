import type { Command } from "./command.ts";
import { columns } from "./output.ts";
import { REGISTRY, TOPICS } from "./registry.ts";
import type { RegistryEntry } from "./registry.ts";
import type { Style } from "./style.ts";

/** Returns the help of `holdfast` itself: every command, by topic. */
export function programHelp(style: Style): string {
  const width = Math.max(...REGISTRY.map(({ path }) => path.join(" ").length));
  const rowOf = ({ path, summary }: RegistryEntry) => {
    const words = path.join(" ");
    return [`  ${style.cyan(words)}${" ".repeat(width - words.length)}`, summary];
  };
  const sections = TOPICS.flatMap((topic) => {
    const entries = REGISTRY.filter((entry) => entry.topic === topic);
    return ["", style.bold(topic)].concat(columns(entries.map(rowOf)));
  });
  return [
    `${style.bold("holdfast")} keeps subscribers: it answers Apple's real-time retention requests.`,
    "",
    "Usage: holdfast <command> [options]",
    ...sections,
    "",
    "Every command takes --help, with examples, and --output json. --version tells the version.",
    "Exit codes: 0 yes or done, 1 no or failed, 2 an invalid command line, file or flow.",
    "",
  ].join("\n");
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
