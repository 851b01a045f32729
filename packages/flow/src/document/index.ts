export { parseFlow, parseFlowValue } from "./parse-flow.ts";
export type { ParsedFlow, ParseFlowOptions } from "./parse-flow.ts";
export { flowJsonSchema, FLOW_SCHEMA_ID } from "./json-schema.ts";
export type { JsonSchema } from "./json-schema.ts";
export { compareIssues, createIssue, formatPath, hasErrors, NO_POSITIONS } from "./flow-issue.ts";
export type {
  FlowIssue,
  FlowPath,
  FlowPlace,
  FlowPositions,
  IssueDraft,
  IssueSeverity,
} from "./flow-issue.ts";
export {
  MAX_ALIASES,
  MAX_DOCUMENT_DEPTH,
  MAX_DOCUMENT_LENGTH,
  MAX_DOCUMENT_VALUES,
} from "./document-code.ts";
export type { DocumentIssueCode } from "./document-code.ts";
export type { FileResolver } from "./message-files.ts";
export { isPathBelow } from "./relative-path.ts";
export type { AttributeTest, FlowCondition } from "./condition-schema.ts";
export type { FlowDefault, FlowDocument } from "./flow-schema.ts";
export type { FlowImage, FlowMessage, FlowText } from "./message-schema.ts";
export type { FlowResponse } from "./response-schema.ts";
export type { FlowExperiment, FlowRule } from "./rule-schema.ts";
