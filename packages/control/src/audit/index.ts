export type { AuditActor, AuditEntry, FieldChange, FieldChanges } from "./audit-entry.ts";
export { createAuditFeature } from "./audit-feature.ts";
export { changesBetween } from "./changes-between.ts";
export { recordAudit } from "./record-audit.ts";
