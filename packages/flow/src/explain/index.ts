export { explainFlow } from "./explain-flow.ts";
export type { ExplainedFlow, ExplainedSection } from "./explain-flow.ts";
