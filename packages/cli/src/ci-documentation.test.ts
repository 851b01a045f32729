import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { startOfflineControl } from "./going-live/testing/offline-control.ts";
import type { OfflineControl } from "./going-live/testing/offline-control.ts";
import { runCli } from "./run-cli.ts";
import type { FakeIo } from "./testing/fake-io.ts";
import { copyYoga, run, runJson, writeFiles } from "./testing/run.ts";
import { addYogaWithKeys, startYogaControl } from "./testing/yoga-control.ts";

const FILE = fileURLToPath(new URL("../../../docs/ci.md", import.meta.url));
const text = await readFile(FILE, "utf8");

/** The code blocks of YAML, also those within a list. */
const blocks = [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```/gm)].map(
  ([, indent = "", block = ""]) => block.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
);

interface Step {
  readonly run?: string;
}

interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<"check" | "publish", { readonly steps: readonly Step[] }>>;
}

// The page's own workflow and step, whose shape the first test asserts.
const [workflow, deployStep] = blocks.map((block) => parse(block) as unknown) as [
  Workflow,
  readonly Step[],
];

/** The lines of steps that call holdfast, without what the shell does with their output. */
function linesOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ run: line = "" }) =>
    line.startsWith("npx holdfast ")
      ? [line.slice("npx holdfast ".length).replace(/ (>>|\|\|) .*$/, "")]
      : [],
  );
}

/** What a shell makes of a line of these. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? "").replace("$GITHUB_SHA", "4f2a"),
  );
}

function runDocumented(io: FakeIo, line: string) {
  return runCli(wordsOf(line), io);
}

/** A world as a job's: the workflow's variables, and a token of a role. */
function openJob(yoga: OfflineControl, role: "viewer" | "publisher"): Promise<FakeIo> {
  const { HOLDFAST_APP = "" } = workflow.env;
  return yoga.openIo({ role, env: { HOLDFAST_APP } });
}

const CASES = `version: 1
cases:
  - name: families are left to Apple
    subject: { productId: yoga.family, at: 2026-11-21 }
    expect: { answer: deferToApple }
`;

describe("docs/ci.md", () => {
  test("has a workflow of two jobs, and the step that deploys instead", () => {
    expect(blocks).toHaveLength(2);
    expect(Object.keys(workflow.jobs)).toEqual(["check", "publish"]);
    expect(linesOf(workflow.jobs.check.steps)).toHaveLength(5);
    expect(linesOf(workflow.jobs.publish.steps)).toHaveLength(2);
    expect(linesOf(deployStep)).toHaveLength(1);
  });

  test("publishes with a publisher's token, and does nothing twice", async () => {
    await using yoga = await startOfflineControl();
    const io = await openJob(yoga, "publisher");
    for (const line of linesOf(workflow.jobs.publish.steps)) {
      expect([line, await runDocumented(io, line)]).toEqual([line, 0]);
    }
    expect(io.out()).toContain("the first publication in production");
    for (const line of linesOf(workflow.jobs.publish.steps)) await runDocumented(io, line);
    expect(io.out()).toContain("live already, nothing was published");
  });

  test("checks with a viewer's token, and says in words what merging would change", async () => {
    await using yoga = await startOfflineControl();
    await run(yoga.io, "flow publish --app yoga --environment production");
    const io = await openJob(yoga, "viewer");
    const flow = await readFile(new URL("testing/yoga/flow.yaml", import.meta.url), "utf8");
    await writeFiles(io, {
      "flow.yaml": flow.replace("in: [USA, GBR]", "in: [USA]"),
      "flow.test.yaml": CASES,
    });
    const codes: Record<string, number> = {};
    for (const line of linesOf(workflow.jobs.check.steps)) {
      codes[line] = await runDocumented(io, line);
    }
    expect(io.out()).toContain("~ rule annual_winback: storefront lost GBR");
    expect(codes).toMatchObject({
      "flow validate": 0,
      "flow test": 0,
      "flow diff --environment production": 3,
    });
  });

  test("says with a viewer's token what Apple lacks of a flow that is saved nowhere", async () => {
    const control = await startYogaControl();
    onTestFinished(control.close);
    await using admin = await control.server.openIo();
    await addYogaWithKeys(admin, control);
    expect(await run(admin, "catalog sync --app yoga")).toBe(0);
    const { HOLDFAST_APP = "" } = workflow.env;
    await using io = await control.server.openIo({ role: "viewer", env: { HOLDFAST_APP } });
    await copyYoga(io);
    const lines = linesOf(workflow.jobs.check.steps).filter((line) => line.startsWith("plan "));
    expect(lines).toHaveLength(1);
    for (const line of lines) expect([line, await runDocumented(io, line)]).toEqual([line, 3]);
    expect(io.out()).toMatch(/^\+ {2}image {4}\.\/classes\.png/m);
    expect((await runJson(io, "flow versions --app yoga")).json["items"]).toEqual([]);
  });

  const shown = [...text.matchAll(/^ {4,}holdfast (.+?)(?: {2,}#.*)?$/gm)].map(
    ([, line = ""]) => line,
  );

  test.each([...shown, ...linesOf(deployStep)])(
    "shows a command there is: holdfast %s",
    async (line) => {
      await using yoga = await startOfflineControl();
      const io = await openJob(yoga, "publisher");
      await runDocumented(io, line);
      expect(io.err()).not.toMatch(/COMMAND_LINE_INVALID|OPTION_/);
    },
  );
});
