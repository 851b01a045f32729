export { judgeAnswer } from "./judge-answer.ts";
export { createNonceLedger, type NonceLedger } from "./nonce-ledger.ts";
export type { Rule, Warning } from "./rules.ts";
export type { BrokenRule, Verdict, WarningNote } from "./verdict.ts";
