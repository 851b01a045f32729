import { join } from "node:path";
import { flowJsonSchema } from "@holdfast/flow/document";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io } from "../command.ts";
import { readTextIfPresent, writeText } from "../files.ts";
import { columns, print } from "../output.ts";
import { readTemplate } from "../project-template.ts";
import { createStyle } from "../style.ts";

/** What a new project is made of, and what each file is. */
const FILES: readonly { readonly name: string; readonly about: string }[] = [
  { name: "flow.yaml", about: "messages and rules" },
  { name: "catalog.json", about: "products and offers" },
  { name: "flow.test.yaml", about: "cases the flow must answer as expected" },
  { name: "README.md", about: "what is what" },
];
const SCHEMA_FILE = "flow.schema.json";
const IGNORE_FILE = ".gitignore";
/** Everything that is written, in the order it is told. */
const WRITTEN = [
  ...FILES,
  { name: SCHEMA_FILE, about: "the flow language, for editors" },
  { name: IGNORE_FILE, about: "keeps data and keys out of git" },
];

/** What one does with a new project, in this order. */
const NEXT: readonly (readonly [line: string, does: string])[] = [
  ["holdfast flow validate", "everything that is wrong, with its place"],
  ["holdfast flow test", "the cases"],
  ["holdfast flow explain", "the flow in words"],
  ["holdfast dev flow.yaml", "see it at work, with a local App Store made of catalog.json"],
  ["holdfast serve", "the server: answers Apple, and keeps apps, keys and flows"],
  ["holdfast deploy --app app --environment sandbox", "bring the flow to Apple, and live"],
];

/** `holdfast init` */
export const init: Command = {
  summary: "Start a project: a flow, its catalog, its tests",
  description:
    "Writes a small flow that is valid, with cases that pass, to be made yours. Overwrites nothing: exits 2 and lists what is in the way. An existing .gitignore gets more lines.",
  arguments: [
    {
      name: "directory",
      description: "where to; made when it is not there (default: here)",
      required: false,
    },
  ],
  examples: [
    { line: "holdfast init", does: "start in this directory" },
    { line: "holdfast init my-app", does: "start in a new one" },
  ],
  async run(input, io) {
    const directory = input.arguments[0] ?? ".";
    await refuseToOverwrite(directory, io);
    for (const { name } of FILES) {
      await writeText(io, join(directory, name), await readTemplate(name));
    }
    const schema = `${JSON.stringify(flowJsonSchema(), undefined, 2)}\n`;
    await writeText(io, join(directory, SCHEMA_FILE), schema);
    await extendIgnoreFile(join(directory, IGNORE_FILE), io);
    const files = WRITTEN.map(({ name }) => name);
    print(input, io, {
      json: { directory, files },
      table: () => tableOf(directory, io),
    });
    return 0;
  },
};

async function refuseToOverwrite(directory: string, io: Io): Promise<void> {
  const inTheWay: string[] = [];
  for (const name of [...FILES.map((file) => file.name), SCHEMA_FILE]) {
    const path = join(directory, name);
    if ((await readTextIfPresent(io, path)) !== undefined) inTheWay.push(path);
  }
  if (inTheWay.length === 0) return;
  const message = `in the way: ${inTheWay.join(", ")}; nothing was written`;
  throw new UsageError("FILES_EXIST", message);
}

/** Adds the template's lines that are not there yet. */
async function extendIgnoreFile(path: string, io: Io): Promise<void> {
  const before = await readTextIfPresent(io, path);
  const wanted = await readTemplate("gitignore");
  if (before === undefined) return writeText(io, path, wanted);
  const there = new Set(before.split(/\r?\n/));
  const missing = wanted.split("\n").filter((line) => line !== "" && !there.has(line));
  if (missing.length === 0) return undefined;
  const start = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  return writeText(io, path, `${start}${missing.join("\n")}\n`);
}

function tableOf(directory: string, io: Io): readonly string[] {
  const { bold, cyan, dim, green } = createStyle(io);
  return [
    ...columns(
      WRITTEN.map(({ name, about }) => [`${green("+")} ${join(directory, name)}`, dim(about)]),
    ),
    "",
    bold("Next"),
    ...columns([
      ...(directory === "." ? [] : [[`  ${cyan(`cd ${directory}`)}`]]),
      ...NEXT.map(([line, does]) => [`  ${cyan(line)}`, dim(does)]),
    ]),
    dim("step by step, also without Apple: docs/getting-started.md"),
  ];
}
