import type { JunitCase, JunitSuite } from "../junit.ts";
import { columns } from "../output.ts";
import type { Result } from "../output.ts";
import { markdownTable } from "../storekit/rows.ts";
import { printable } from "../style.ts";
import type { Style } from "../style.ts";
import type { EndpointReport } from "./check-endpoint.ts";
import type { Finding } from "../findings/finding.ts";
import { renderFindings } from "../findings/render-findings.ts";
import type { LatencySummary } from "./latency.ts";

/** Returns a report in every format. */
export function resultOfReport(report: EndpointReport, style: Style): Result {
  const head = ["Status", "Check", "Found"];
  const rows = report.findings.map(({ status, code, message }) => [status, code, message]);
  return {
    json: report,
    table: () => [
      ...renderFindings(report.findings, style),
      "",
      ...latencyLines(report),
      sayVerdict(report, style),
    ],
    markdown: () => [
      `**${report.verdict}** ${report.url}`,
      "",
      ...markdownTable(head, rows),
      "",
      ...markdownTable(["", ...LATENCY_HEAD], latencyRows(report)),
    ],
  };
}

const LATENCY_HEAD = ["requests", "average", "p50", "p90", "p95", "p99", "max"];

function latencyRows({ latency }: EndpointReport): readonly (readonly string[])[] {
  if (latency === undefined) return [];
  return [
    [`${latency.of}, new connections`, ...cellsOf(latency.newConnections)],
    [`${latency.of}, kept connections`, ...cellsOf(latency.keptConnections)],
  ];
}

function cellsOf(summary: LatencySummary | undefined): readonly string[] {
  if (summary === undefined) return [];
  const { requests, average, p50, p90, p95, p99, max } = summary;
  return [requests, average, p50, p90, p95, p99, max].map(String);
}

function latencyLines(report: EndpointReport): readonly string[] {
  const rows = latencyRows(report);
  return rows.length === 0 ? [] : [...columns([["ms", ...LATENCY_HEAD], ...rows]), ""];
}

const COLOR_OF = { PASS: "green", INCOMPLETE: "yellow", FAIL: "red" } as const;

function sayVerdict({ verdict, url }: EndpointReport, style: Style): string {
  return `${style[COLOR_OF[verdict]](verdict)} ${printable(url)}`;
}

/** Returns a report as CI servers show it; a warning is no failure. */
export function junitSuiteOf({ url, findings, verdict }: EndpointReport): JunitSuite {
  const classname = "endpoint";
  const message = `expected PASS, got ${verdict}`;
  return {
    name: `endpoint ${url}`,
    cases: [
      ...findings.map((finding) => ({
        classname,
        name: finding.code,
        outcome: outcomeOf(finding),
      })),
      {
        classname,
        name: "verdict",
        outcome: verdict === "PASS" ? ("passed" as const) : { message, text: message },
      },
    ],
  };
}

function outcomeOf({ status, message, advice: hint = "" }: Finding): JunitCase["outcome"] {
  if (status === "skipped") return "skipped";
  return status === "fail" ? { message, text: `${message}\n${hint}` } : "passed";
}
