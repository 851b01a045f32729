import { basename, dirname, join } from "node:path";
import { parseCases, runCases } from "@holdfast/flow/cases";
import type { PlacedCase } from "@holdfast/flow/cases";
import { prepareSnapshot } from "@holdfast/flow/snapshot";
import { junitSuitesOf, renderSuites, suiteResultOf } from "../../case-report.ts";
import type { Suite } from "../../case-report.ts";
import type { Command, Io } from "../../command.ts";
import { compileLoaded } from "../../compile-loaded.ts";
import { FlowRefused } from "../../errors.ts";
import { readText, writeText } from "../../files.ts";
import {
  CATALOG_OPTION,
  DEFAULT_FLOW_FILE,
  ENVIRONMENT_OPTION,
  FLOW_ARGUMENT,
} from "../../flow-options.ts";
import { countIssues, sayCounts } from "../../issues.ts";
import { junitXml } from "../../junit.ts";
import { flowInputOf, loadUsableFlow } from "../../load-flow.ts";
import { print } from "../../output.ts";
import { createStyle } from "../../style.ts";

/** `holdfast flow test` */
export const test: Command = {
  summary: "Run the cases written beside a flow",
  description:
    "Each case names a subject and what must come out. Cases run against the compiled flow of each environment they are for. Exits 1 when one fails.",
  arguments: [FLOW_ARGUMENT],
  options: [
    {
      flags: "--cases <file>",
      description: "the cases (default: beside the flow, flow.test.yaml for flow.yaml)",
    },
    { ...ENVIRONMENT_OPTION, description: "only this environment (default: both)" },
    CATALOG_OPTION,
    { flags: "--junit <file>", description: "also write the results as JUnit XML" },
  ],
  examples: [
    { line: "holdfast flow test", does: "run flow.test.yaml against flow.yaml" },
    {
      line: "holdfast flow test app/flow.yaml --junit results.xml",
      does: "in CI, with results its pages can show",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
    const flow = await loadUsableFlow(io, read);
    const cases = await readCases(io, options.text("cases") ?? casesFileOf(read.file));
    const environments =
      read.environment === undefined ? (["sandbox", "production"] as const) : [read.environment];
    const suites = environments.map((environment): Suite => {
      const prepared = prepareSnapshot(compileLoaded(flow, environment));
      return { environment, results: runCases(prepared, cases) };
    });
    const junit = options.text("junit");
    if (junit !== undefined) await writeText(io, junit, junitXml(junitSuitesOf(suites)));
    const result = suiteResultOf(suites);
    print(input, io, {
      json: result,
      table: () => renderSuites(suites, createStyle(io)),
    });
    return result.failed === 0 ? 0 : 1;
  },
};

/** `flow.test.yaml` for `flow.yaml`. */
function casesFileOf(flowFile: string): string {
  if (flowFile === "-") return "flow.test.yaml";
  const name = basename(flowFile).replace(/\.(?:yaml|yml|json)$/, "");
  return join(dirname(flowFile), `${name}.test.yaml`);
}

/** @throws FlowRefused `CASES_INVALID` with all issues */
async function readCases(io: Io, file: string): Promise<readonly PlacedCase[]> {
  const text = await readText(io, file);
  const parsed = parseCases(text, { fileName: file });
  if (parsed.ok) return parsed.cases;
  const { issues } = parsed;
  const textOf = (name: string) => (name === file ? text : undefined);
  const message = `${file}: ${sayCounts(countIssues(issues))}`;
  throw new FlowRefused("CASES_INVALID", message, { issues, textOf });
}
