import type { CompletionNode } from "./completion-tree.ts";

/**
 * Returns the completion script for bash, from 3.2 on (what macOS ships). Where nothing is offered,
 * bash offers files.
 */
export function bashScript(nodes: readonly CompletionNode[]): string {
  return `# bash completion for holdfast
# Use it now: source <(holdfast completion bash)

_holdfast() {
  local word path="" words="" flags="" values="" index
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"

  # bash splits --name=value into three words.
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" ]]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi

  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${path:+$path }\${COMP_WORDS[index]}"
    case "$word" in
${knownPaths(nodes)}
      *) break ;;
    esac
  done

  case "$path $previous" in
${valueCases(nodes)}
  esac

  case "$path" in
${nodes.map(nodeCase).join("\n")}
  esac

  COMPREPLY=()
  if [[ $values == "@files" ]]; then
    return
  elif [[ -n $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [[ \${word:-} == "$path" ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}

complete -o bashdefault -o default -F _holdfast holdfast
`;
}

function knownPaths(nodes: readonly CompletionNode[]): string {
  const paths = nodes.map(({ path }) => path).filter((path) => path !== "");
  return `      ${paths.map(quoted).join(" | \\\n      ")}) path="$word" ;;`;
}

/** What follows an option with a value: its choices, or files. */
function valueCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ flag, choices }) => {
          const values = choices.length === 0 ? "@files" : choices.join(" ");
          return `    ${quoted(`${path} ${flag}`)}) values=${quoted(values)} ;;`;
        }),
    )
    .join("\n");
}

function nodeCase({ path, words, options }: CompletionNode): string {
  const flags = options.map(({ flag }) => flag).join(" ");
  return `    ${quoted(path)}) words=${quoted(words.map(({ word }) => word).join(" "))} flags=${quoted(flags)} ;;`;
}

/** Words of the registry are letters, digits and dashes; quotes are for the spaces between them. */
function quoted(text: string): string {
  return `"${text}"`;
}
