import { ControlCallError } from "../control-plane/control-call-error.ts";
import { FlowRefused } from "../errors.ts";
import type { UsableFlow } from "../load-flow.ts";

/**
 * Returns the error to tell in place of one of the control plane: where it refused a flow that was read
 * from a file, one that shows the lines of this file; any other as it is.
 */
export function inFlowFile(error: unknown, { file, textOf }: UsableFlow): unknown {
  if (!(error instanceof ControlCallError) || error.code !== "FLOW_INVALID") return error;
  const name = file === "-" ? "stdin" : file;
  const issues = error.issues.map(
    ({
      path,
      message,
      code = "INVALID",
      severity = "error",
      line,
      column,
      file: named = name,
    }) => ({
      code,
      severity,
      message,
      path,
      ...(line === undefined || column === undefined ? {} : { file: named, line, column }),
    }),
  );
  return new FlowRefused("FLOW_INVALID", `${file}: ${error.message}`, { issues, textOf });
}
