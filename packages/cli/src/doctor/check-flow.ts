import { CodedError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { readTextIfPresent } from "../files.ts";
import { fine, flawed, skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { countIssues, sayCounts } from "../issues.ts";
import { loadFlow } from "../load-flow.ts";
import type { FlowInput, UsableFlow } from "../load-flow.ts";

/** What the flow is like, and the flow where it can be used. */
export interface CheckedFlow {
  readonly finding: Finding;
  readonly flow: UsableFlow | undefined;
}

/** Reads the flow that is named, or `flow.yaml` where there is one. Never throws for what it finds. */
export async function checkFlow(
  io: Io,
  named: string | undefined,
  input: Omit<FlowInput, "file">,
): Promise<CheckedFlow> {
  const file = named ?? DEFAULT_FLOW_FILE;
  if (named === undefined && (await readTextIfPresent(io, file)) === undefined) {
    return {
      flow: undefined,
      finding: skipped("FLOW", `there is no ${file}; name one with --flow`),
    };
  }
  try {
    const loaded = await loadFlow(io, { ...input, file });
    const { document, ok, issues } = loaded;
    const counts = sayCounts(countIssues(issues));
    if (!ok || document === undefined) {
      const advice = `see them all: holdfast flow validate ${file}`;
      return {
        flow: undefined,
        finding: flawed("fail", "FLOW", { message: `${file}: ${counts}`, advice }),
      };
    }
    const said = `${file} is valid, for ${document.app}${counts === "" ? "" : `: ${counts}`}`;
    return { flow: { ...loaded, document }, finding: fine("FLOW", said) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const advice = "name another file with --flow, or mend this one";
    return { flow: undefined, finding: flawed("fail", "FLOW", { message: error.message, advice }) };
  }
}
