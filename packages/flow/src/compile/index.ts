export { compileFlow, compileValidFlow } from "./compile-flow.ts";
export type { CompileOptions } from "./compile-flow.ts";
export { compileMessages } from "./compile-messages.ts";
export { effectiveFlow, ENVIRONMENT_PLACEHOLDER } from "./effective-flow.ts";
export type { EffectiveFlow } from "./effective-flow.ts";
export { FlowInvalidError } from "./flow-invalid-error.ts";
export type { CompileErrorCode } from "./flow-invalid-error.ts";
