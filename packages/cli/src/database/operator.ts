import type { AuditActor } from "@holdfast/control/audit";

/** Who the audit log names for what is done on the machine itself: there is no session to know more by. */
export const OPERATOR: AuditActor = { kind: "system", id: "cli", name: "Holdfast's command line" };
