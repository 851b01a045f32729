import { flowJsonSchema } from "@holdfast/flow/document";
import type { Command } from "../../command.ts";
import { writeText } from "../../files.ts";
import { print } from "../../output.ts";

/** `holdfast flow schema` */
export const schema: Command = {
  summary: "Write the JSON Schema editors check flows with",
  description:
    "Editors that know YAML schemas then complete and check a flow while it is written. " +
    "Name the file in the flow's first line: # yaml-language-server: $schema=./flow.schema.json",
  options: [{ flags: "--out <file>", description: "where to write it; stdout by default" }],
  examples: [
    { line: "holdfast flow schema --out flow.schema.json", does: "put it beside the flow" },
  ],
  async run(input, io) {
    const out = input.options.text("out");
    const text = `${JSON.stringify(flowJsonSchema(), undefined, 2)}\n`;
    if (out === undefined) {
      io.stdout(text);
      return 0;
    }
    await writeText(io, out, text);
    print(input, io, { json: { out }, table: () => [`wrote ${out}`] });
    return 0;
  },
};
