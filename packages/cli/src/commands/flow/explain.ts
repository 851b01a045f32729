import { explainFlow } from "@holdfast/flow/explain";
import type { ExplainedSection } from "@holdfast/flow/explain";
import type { Command, Io } from "../../command.ts";
import { CATALOG_OPTION, DEFAULT_FLOW_FILE, FLOW_ARGUMENT } from "../../flow-options.ts";
import { flowInputOf, loadUsableFlow } from "../../load-flow.ts";
import { print } from "../../output.ts";
import { createStyle } from "../../style.ts";

/** `holdfast flow explain` */
export const explain: Command = {
  summary: "Say in words what a flow does",
  description: "Tells rule by rule, in the order of trying, whom it is for and what they get.",
  arguments: [FLOW_ARGUMENT],
  options: [CATALOG_OPTION],
  examples: [
    { line: "holdfast flow explain", does: "read flow.yaml as prose" },
    {
      line: "git show main:flow.yaml | holdfast flow explain -",
      does: "what the flow on main does",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
    const { document } = await loadUsableFlow(io, read);
    const { sections } = explainFlow(document);
    print(input, io, {
      json: { app: document.app, sections },
      table: () => sections.flatMap((section, index) => linesOf(section, index, io)),
    });
    return 0;
  },
};

/** What is left for wrapped text when the terminal's width is not known. */
const WIDTH = 96;
const INDENT = "  ";

function linesOf({ title, lines }: ExplainedSection, index: number, io: Io): readonly string[] {
  const style = createStyle(io);
  return [
    ...(index === 0 ? [] : [""]),
    style.bold(title),
    ...lines.flatMap((line) => wrap(line, WIDTH - INDENT.length).map((part) => INDENT + part)),
  ];
}

/** Breaks a sentence between words; what goes on is indented. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${INDENT}${word}`;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
