/** A command line that a page shows in a block of code. */
export interface DocumentedCommand {
  /** From 1. */
  readonly line: number;
  /** What stands behind `holdfast`. */
  readonly words: readonly string[];
}

/** A block between fences, or lines that are indented as code. */
const BLOCK = /^ *```(?<language>\w*)\n(?<fenced>[\s\S]*?)^ *```$|^(?<indented>(?: {4,}.*\n?)+)/gm;

/** What is shown as output holds no commands to type. */
const OUTPUTS = new Set(["text", "json"]);

/**
 * Where a command begins, but in a comment: `docker compose exec holdfast holdfast status` names a container
 * before it.
 */
const BEGIN = /(?<!(?:^|\s)# .*)(?<![\w/.-])holdfast (?=[a-z])(?!holdfast )/gm;

/** A quoted part of a word, a part without quotes, or what ends a command or a word. */
const TOKEN = /'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<plain>[^\s'"|;&<>()]+)|(?<end>.|\n)/g;

/** Returns the command lines in the blocks of code of a page in Markdown. */
export function readDocumentedCommands(text: string): readonly DocumentedCommand[] {
  return [...text.matchAll(BLOCK)].flatMap(({ index, groups = {} }) => {
    const { language = "", fenced, indented } = groups;
    if (OUTPUTS.has(language)) return [];
    const block = (fenced ?? indented ?? "").replaceAll("\\\n", "  ");
    const line = text.slice(0, index).split("\n").length + (fenced === undefined ? 0 : 1);
    return [...block.matchAll(BEGIN)].map((found) => ({
      line: line + block.slice(0, found.index).split("\n").length - 1,
      words: readWords(block.slice(found.index + found[0].length)),
    }));
  });
}

/** Splits as a shell does, up to the end of the command or a comment. */
function readWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const { groups = {} } of text.matchAll(TOKEN)) {
    const { single, double, plain, end } = groups;
    if (end === undefined) {
      if (word === undefined && plain?.startsWith("#") === true) break;
      word = `${word ?? ""}${single ?? double ?? plain ?? ""}`;
      continue;
    }
    if (word !== undefined) words.push(word);
    word = undefined;
    if (end !== " ") break;
  }
  return word === undefined ? words : [...words, word];
}
