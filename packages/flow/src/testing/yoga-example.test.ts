import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseCases, runCases } from "../cases/index.ts";
import { parseCatalog } from "../catalog/index.ts";
import { compileFlow } from "../compile/index.ts";
import { explainFlow } from "../explain/index.ts";
import { prepareSnapshot } from "../snapshot/index.ts";
import { checkFlow } from "../validate/index.ts";

const FOLDER = new URL("../../../../examples/yoga/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, FOLDER), "utf8");
const images = (file: string) => {
  const path = new URL(file, FOLDER);
  return existsSync(path)
    ? createHash("sha256").update(readFileSync(path)).digest("hex")
    : undefined;
};
const catalog = parseCatalog(JSON.parse(read("catalog.json")));

const checkedFor = (environment: "sandbox" | "production") =>
  checkFlow(read("flow.yaml"), { fileName: "flow.yaml", catalog, environment, images });

describe("examples/yoga", () => {
  test("is right without a warning for production", () => {
    const { ok, issues } = checkedFor("production");
    expect(ok).toBe(true);
    expect(issues.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      "note DEFERS_TO_APPLE",
    ]);
  });

  test.each(["sandbox", "production"] as const)("answers its cases in %s", (environment) => {
    const checked = checkedFor(environment);
    if (!checked.ok) throw new Error(checked.issues[0]?.message);
    const prepared = prepareSnapshot(
      compileFlow(checked.document, { environment, catalog, images }),
    );
    const parsed = parseCases(read("flow.test.yaml"), { fileName: "flow.test.yaml" });
    if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
    for (const { name, status, differences } of runCases(prepared, parsed.cases)) {
      expect({ name, status, differences }).toEqual({ name, status: "passed", differences: [] });
    }
  });

  test("explains itself, every rule once", () => {
    const checked = checkedFor("production");
    if (!checked.ok) throw new Error(checked.issues[0]?.message);
    const rules = explainFlow(checked.document).sections.flatMap(({ rule }) => rule ?? []);
    expect(rules).toEqual(checked.document.rules.map(({ name }) => name));
  });

  test("has an image Apple would take: 3840 by 1080, eight bits, colour without alpha", () => {
    const bytes = readFileSync(new URL("classes.png", FOLDER));
    expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([3840, 1080]);
    expect([bytes.readUInt8(24), bytes.readUInt8(25)]).toEqual([8, 2]);
    expect(bytes.length).toBeLessThan(50_000);
  });
});
