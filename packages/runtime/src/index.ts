export { createRuntime } from "./answer/runtime.ts";
export type { Runtime } from "./answer/runtime.ts";
export type { RuntimeOptions } from "./answer/runtime-options.ts";
