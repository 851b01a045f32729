import type { CompletedOption, CompletionNode } from "./completion-tree.ts";

/** Returns the completion script for zsh. Where nothing is offered, zsh offers files. */
export function zshScript(nodes: readonly CompletionNode[]): string {
  return `#compdef holdfast
# zsh completion for holdfast
# Use it now: source <(holdfast completion zsh)
# For good: write it as _holdfast into a directory of $fpath

_holdfast() {
  local word="" path_="" previous="\${words[CURRENT-1]}" index
  local -a commands flags

  for ((index = 2; index < CURRENT; index++)); do
    word="\${path_:+$path_ }\${words[index]}"
    case "$word" in
      ${knownPaths(nodes)}) path_="$word" ;;
      *) break ;;
    esac
  done

  if [[ \${words[CURRENT]} == --*=* ]]; then
    previous="\${words[CURRENT]%%=*}"
    compset -P '*='
  fi

  case "$path_ $previous" in
${nodes.flatMap(valueCases).join("\n")}
  esac

  case "$path_" in
${nodes.map(nodeCase).join("\n")}
  esac

  if [[ \${words[CURRENT]} == -* ]]; then
    _describe -o option flags
  elif [[ $word == "$path_" ]] && (( \${#commands} )); then
    _describe command commands
  else
    _files
  fi
}

if [[ \${zsh_eval_context[-1]} == loadautofunc ]]; then
  _holdfast "$@"
else
  compdef _holdfast holdfast
fi
`;
}

function knownPaths(nodes: readonly CompletionNode[]): string {
  const paths = nodes.map(({ path }) => path).filter((path) => path !== "");
  return paths.map(quoted).join("|");
}

function valueCases({ path, options }: CompletionNode): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flag, choices }) => `    ${quoted(`${path} ${flag}`)}) ${offer(choices)}; return ;;`);
}

function offer(choices: readonly string[]): string {
  return choices.length === 0 ? "_files" : `compadd -- ${choices.map(quoted).join(" ")}`;
}

function nodeCase({ path, words, options }: CompletionNode): string {
  const commands = words.map(({ word, description }) => entry(word, description));
  const flags = options.map(({ flag, description }: CompletedOption) => entry(flag, description));
  return [
    `    ${quoted(path)})`,
    `      commands=(${commands.join(" ")})`,
    `      flags=(${flags.join(" ")})`,
    "      ;;",
  ].join("\n");
}

/** `_describe` splits at the first colon that is not escaped; no name holds one. */
function entry(name: string, description: string): string {
  return quoted(`${name}:${description}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
