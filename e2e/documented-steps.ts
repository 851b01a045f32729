/** A block of commands in a document, and what it says comes of them. */
export interface Step {
  /** Of `**Terminal N**` before it; empty before the first one. */
  readonly terminal: string;
  /** A line each; what goes on after a backslash is one. */
  readonly commands: readonly string[];
  /** The block of text right behind it, if any. */
  readonly output?: string;
}

/** A terminal is named, or a block of commands comes, perhaps with a block of text behind it. */
const PART =
  /\*\*Terminal (?<terminal>\d+)\*\*|^```sh\n(?<commands>[\s\S]*?)^```\n(?:\n```text\n(?<output>[\s\S]*?)^```$)?/gm;

/** Returns the blocks of commands of a document in Markdown, in their order. */
export function readSteps(text: string): readonly Step[] {
  let terminal = "";
  const steps: Step[] = [];
  for (const { groups = {} } of text.matchAll(PART)) {
    const { commands, output } = groups;
    if (groups["terminal"] !== undefined) terminal = groups["terminal"];
    if (commands === undefined) continue;
    steps.push({
      terminal,
      commands: commands
        .replaceAll("\\\n", " ")
        .split("\n")
        .filter((line) => line !== ""),
      ...(output === undefined ? {} : { output }),
    });
  }
  return steps;
}

/**
 * Tells whether what was written is what a document shows: line by line, where `…` stands for anything within
 * a line, and on a line alone for any lines.
 */
export function matchesShown(shown: string, written: string): boolean {
  const pattern = shown
    .trimEnd()
    .split("\n")
    .map((line) => (line === "…" ? String.raw`(?:[^\n]*\n)*?` : `${patternOf(line)}\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${written.trimEnd()}\n`);
}

function patternOf(line: string): string {
  return line
    .split("…")
    .map(escaped)
    .join(String.raw`[^\n]*?`);
}

/**
 * Returns a command with its `…` completed as a reader would: by the one text in what was shown before that
 * has the same letters around it, up to the next quote or space. Throws where there is none.
 */
export function completeFrom(before: string, command: string): string {
  return command.replaceAll(/(?<start>[^\s']+)…/g, (_, start: string) => {
    const [found] = new RegExp(`${escaped(start)}[^\\s']+`).exec(before) ?? [];
    if (found === undefined) throw new Error(`nothing shown before begins with ${start}`);
    return found;
  });
}

/** Text as a regular expression that matches it alone. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
