import { columns } from "../output.ts";
import { printable } from "../style.ts";
import type { Style } from "../style.ts";
import type { Finding, FindingStatus } from "./finding.ts";

/** Renders findings for people: a line each, and below what to do about those that are not fine. */
export function renderFindings(findings: readonly Finding[], style: Style): readonly string[] {
  const rows = findings.map(({ status, code, message }) => [
    markOf(status, style),
    code,
    printable(message),
  ]);
  const hints = findings.flatMap(({ code, advice }) =>
    advice === undefined ? [] : [`  ${style.cyan("hint")} ${code}: ${printable(advice)}`],
  );
  return [...columns(rows), ...hints];
}

function markOf(status: FindingStatus, style: Style): string {
  if (status === "ok") return style.green("ok");
  if (status === "fail") return style.red("fail");
  return status === "warn" ? style.yellow("warn") : style.dim("skipped");
}
