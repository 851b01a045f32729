export { parseCases } from "./parse-cases.ts";
export type { CasesIssueCode, ParsedCases, PlacedCase } from "./parse-cases.ts";
export { formatCaseFailure, runCases } from "./run-cases.ts";
export type { CaseDifference, CaseResult } from "./run-cases.ts";
export type { CaseExpectation, FlowCase, FlowCases } from "./case-schema.ts";
