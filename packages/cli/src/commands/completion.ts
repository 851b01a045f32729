import type { Command } from "../command.ts";
import { bashScript } from "../completion/bash-script.ts";
import { completionTree } from "../completion/completion-tree.ts";
import type { CommandTree, CompletionNode } from "../completion/completion-tree.ts";
import { fishScript } from "../completion/fish-script.ts";
import { zshScript } from "../completion/zsh-script.ts";
import { print } from "../output.ts";
import { TEXT_OUTPUT } from "../output-format.ts";

const SCRIPTS: ReadonlyMap<string, (nodes: readonly CompletionNode[]) => string> = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

/** Makes `holdfast completion` for a command tree, its own command included. */
export function createCompletion(tree: CommandTree): Command {
  return {
    summary: "Print a script that completes commands in a shell",
    description:
      "Commands, options and their values; files elsewhere. Print it anew after an update of holdfast.",
    arguments: [
      {
        name: "shell",
        description: "the shell it is for",
        required: true,
        choices: [...SCRIPTS.keys()],
      },
    ],
    output: TEXT_OUTPUT,
    examples: [
      { line: "source <(holdfast completion bash)", does: "in ~/.bashrc" },
      { line: 'holdfast completion zsh > "${fpath[1]}/_holdfast"', does: "for zsh, for good" },
      {
        line: "holdfast completion fish > ~/.config/fish/completions/holdfast.fish",
        does: "for fish, for good",
      },
    ],
    async run(input, io) {
      const shell = input.arguments[0] ?? "";
      const script = SCRIPTS.get(shell)?.(await completionTree(tree)) ?? "";
      print(input, io, { json: { shell, script }, table: () => script.trimEnd().split("\n") });
      return 0;
    },
  };
}
