export { checkFlow, checkParsedFlow } from "./check-flow.ts";
export type { CheckedFlow } from "./check-flow.ts";
export { validateFlow } from "./validate-flow.ts";
export type { ValidateOptions } from "./validation.ts";
export type { ValidationIssueCode } from "./validation-code.ts";
