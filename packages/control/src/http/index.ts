export { coversApp } from "./caller.ts";
export type { Authenticate, Caller, Credentials } from "./caller.ts";
export { createControlApp } from "./create-control-app.ts";
export type { Connection, ControlApp, ControlAppOptions } from "./create-control-app.ts";
export { readCookie } from "./credentials.ts";
export { createDocumentation } from "./documentation.ts";
export type { DocumentationOptions } from "./documentation.ts";
export type { ServerEvent } from "./event-stream.ts";
export { missingOperations } from "./feature.ts";
export type { Feature, Page, PageRequest, ReceivedRequest, Receiver } from "./feature.ts";
export { assertMatch, versionMoved } from "./if-match.ts";
export { implement, implementEvents } from "./implementation.ts";
export type {
  AuditDraft,
  Change,
  Client,
  EventSource,
  Handler,
  HandlerContext,
  Implementation,
  ImplementationOptions,
} from "./implementation.ts";
export { createNodeListener } from "./node-listener.ts";
export { logReport } from "./request-log.ts";
export { pageOf } from "./page-of.ts";
export type { PageOfOptions } from "./page-of.ts";
export { describeProblem } from "./request-report.ts";
export type { RequestProblem, RequestReport } from "./request-report.ts";
