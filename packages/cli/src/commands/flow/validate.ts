import type { Command, Io } from "../../command.ts";
import {
  CATALOG_OPTION,
  DEFAULT_FLOW_FILE,
  ENVIRONMENT_OPTION,
  FLOW_ARGUMENT,
  REVIEW_STATES_OPTION,
  STRICT_OPTION,
} from "../../flow-options.ts";
import { countIssues, renderIssues, sayCounts } from "../../issues.ts";
import { flowInputOf, loadFlow } from "../../load-flow.ts";
import type { LoadedFlow } from "../../load-flow.ts";
import { print } from "../../output.ts";
import { createStyle } from "../../style.ts";

/** `holdfast flow validate` */
export const validate: Command = {
  summary: "Check a flow; all errors at once",
  description:
    "Reads the flow, the message files and images it names, and the catalog beside it, and tells everything that is wrong, each with its place and what would be right. " +
    "Warnings fail only under --strict. Exits 2 when the flow is invalid.",
  arguments: [FLOW_ARGUMENT],
  options: [CATALOG_OPTION, REVIEW_STATES_OPTION, ENVIRONMENT_OPTION, STRICT_OPTION],
  examples: [
    { line: "holdfast flow validate", does: "check flow.yaml with the catalog.json beside it" },
    {
      line: "holdfast flow validate app/flow.yaml --strict --output json",
      does: "in CI: warnings fail, too, and the result is JSON",
    },
    {
      line: "holdfast flow validate --environment production --review-states states.json",
      does: "check also what Apple has approved",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    const flow = await loadFlow(io, flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options));
    const { file, ok, issues, catalogFile } = flow;
    print(input, io, {
      json: {
        valid: ok,
        file,
        ...(catalogFile === undefined ? {} : { catalog: catalogFile }),
        ...countIssues(issues),
        issues,
      },
      table: () => tableOf(flow, io),
    });
    return ok ? 0 : 2;
  },
};

function tableOf({ file, ok, issues, catalogFile, textOf }: LoadedFlow, io: Io): readonly string[] {
  const style = createStyle(io);
  const counts = sayCounts(countIssues(issues));
  const verdict = ok ? style.green(`${file} is valid`) : style.red(`${file} is not valid`);
  return [
    ...renderIssues(issues, { style, textOf }),
    ...(issues.length === 0 ? [] : [""]),
    counts === "" ? verdict : `${verdict}: ${counts}`,
    ...(catalogFile === undefined
      ? [
          style.dim(
            "without a catalog: products and offers were not checked (holdfast catalog pull writes one)",
          ),
        ]
      : []),
  ];
}
