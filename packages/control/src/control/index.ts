export type { ControlOptions } from "./control-options.ts";
export { createControl } from "./create-control.ts";
export type { Control } from "./create-control.ts";
export type { RuntimeApp } from "./runtime-apps.ts";
