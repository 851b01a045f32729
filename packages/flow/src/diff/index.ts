export { diffFlows, summarizeChanges } from "./diff-flows.ts";
export { diffImageFiles } from "./diff-image-files.ts";
export type { FlowChange } from "./flow-change.ts";
