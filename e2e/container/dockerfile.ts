/** One instruction of a Dockerfile, its lines joined. */
export interface Instruction {
  /** In capitals, like `RUN`. */
  readonly name: string;
  readonly text: string;
}

/** Returns the stages of a Dockerfile, each from its `FROM` on; what stands before the first is left out. */
export function parseStages(dockerfile: string): readonly (readonly Instruction[])[] {
  const lines = dockerfile
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [name = "", ...words] = line.trim().split(/\s+/);
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, text: words.join(" ") });
  }
  return stages;
}

/** Returns the words of the last instruction of a name in its JSON form, like an `ENTRYPOINT`'s. */
export function wordsOf(stage: readonly Instruction[], name: string): readonly string[] {
  const { text = "[]" } = stage.findLast((instruction) => instruction.name === name) ?? {};
  // Options of the instruction, like a HEALTHCHECK's, and its own CMD stand before the list.
  const list = text.slice(text.indexOf("["));
  // Docker takes no other list than one of texts.
  return JSON.parse(list) as readonly string[];
}

/** Returns the variables a stage sets. */
export function variablesOf(stage: readonly Instruction[]): Readonly<Record<string, string>> {
  const pairs = stage.filter(({ name }) => name === "ENV").flatMap(({ text }) => text.split(" "));
  return Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string]));
}
