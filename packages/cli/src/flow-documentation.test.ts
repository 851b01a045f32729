import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "./testing/fake-io.ts";
import { copyYoga, runJson, writeFiles } from "./testing/run.ts";

const FILE = fileURLToPath(new URL("../../../docs/flow.md", import.meta.url));
const text = await readFile(FILE, "utf8");

/** The code blocks of a language, each with the heading it is under. */
function blocksOf(language: string): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  let heading = "";
  for (const part of text.split(/^(?=```|#)/m)) {
    if (part.startsWith("#")) heading = part.slice(0, part.indexOf("\n"));
    const fence = `\`\`\`${language}\n`;
    if (part.startsWith(fence)) found.push([heading, part.slice(fence.length)]);
  }
  return found;
}

const yaml = blocksOf("yaml");
const flows = yaml.filter(([, block]) => block.includes("\nmessages:"));
const cases = yaml.filter(([, block]) => block.includes("\ncases:"));
const catalogs = blocksOf("json");

function errorsOf(issues: unknown): readonly unknown[] {
  // The document lists issues.
  return (issues as readonly { severity: string }[]).filter(({ severity }) => severity === "error");
}

function failuresOf(results: unknown): readonly unknown[] {
  // The document lists cases.
  return (results as readonly { status: string }[]).filter(({ status }) => status === "failed");
}

describe("docs/flow.md", () => {
  test("has whole flows and cases only", () => {
    expect(flows.length).toBeGreaterThanOrEqual(6);
    expect(cases).toHaveLength(1);
    expect(flows.length + cases.length).toBe(yaml.length);
    expect(catalogs).toHaveLength(1);
  });

  test.each(flows)("shows a flow that is valid: %s", async (_, flow) => {
    await using io = await createFakeIo();
    await writeFiles(io, { "flow.yaml": flow });
    const { code, json } = await runJson(io, "flow validate");
    expect(errorsOf(json["issues"])).toEqual([]);
    expect(code).toBe(0);
  });

  test.each(cases)("shows cases a yoga app's flow passes: %s", async (_, file) => {
    await using io = await createFakeIo();
    await copyYoga(io);
    await writeFiles(io, { "flow.test.yaml": file });
    const { json } = await runJson(io, "flow test");
    expect(failuresOf(json["cases"])).toEqual([]);
  });

  test.each(catalogs)("shows a catalog: %s", async (_, catalog) => {
    await using io = await createFakeIo();
    const [first] = flows;
    await writeFiles(io, { "flow.yaml": first?.[1] ?? "", "catalog.json": catalog });
    expect((await runJson(io, "flow validate")).json).toMatchObject({
      valid: true,
      catalog: "catalog.json",
    });
  });
});
