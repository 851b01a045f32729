import type { CompletedOption, CompletionNode } from "./completion-tree.ts";

/** Returns the completion script for fish. Files are offered where a value or a file can stand. */
export function fishScript(nodes: readonly CompletionNode[]): string {
  return `# fish completion for holdfast
# Use it now: holdfast completion fish | source
# For good: holdfast completion fish > ~/.config/fish/completions/holdfast.fish

# Prints the command of the line so far, without options and arguments.
function __holdfast_path
    set -l path
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if not contains -- (string join ' ' -- $path $word) ${paths(nodes)}
            break
        end
        set -a path $word
    end
    string join ' ' -- $path
end

# Tells whether the line so far is this command; --next: and nothing else, so that another word of it can follow.
function __holdfast_at
    set -l words (commandline -opc)
    if test "$argv[1]" = --next
        test "$words[2..-1]" = "$argv[2]"
    else
        test (__holdfast_path | string collect --allow-empty) = "$argv[1]"
    end
end

complete -c holdfast -e
${nodes.flatMap(nodeLines).join("\n")}
`;
}

function paths(nodes: readonly CompletionNode[]): string {
  return nodes
    .map(({ path }) => path)
    .filter((path) => path !== "")
    .map(quoted)
    .join(" ");
}

function nodeLines({ path, words, options }: CompletionNode): readonly string[] {
  const here = `-n ${quoted(`__holdfast_at ${inner(path)}`)}`;
  const next = `-n ${quoted(`__holdfast_at --next ${inner(path)}`)}`;
  return [
    ...words.map(
      ({ word, description }) =>
        `complete -c holdfast ${next} -f -a ${quoted(word)} -d ${quoted(description)}`,
    ),
    ...options.map((option) => `complete -c holdfast ${here} ${optionWords(option)}`),
  ];
}

function optionWords({ flag, description, takesValue, choices }: CompletedOption): string {
  const name = flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
  const value = choices.length === 0 ? "-r" : `-x -a ${quoted(choices.join(" "))}`;
  return `${name}${takesValue ? ` ${value}` : ""} -d ${quoted(description)}`;
}

/** A word inside a condition, which is itself quoted. */
function inner(path: string): string {
  return `"${path}"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
