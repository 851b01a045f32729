import { defineRoute } from "../contract/define-route.ts";
import { appId, environment, id } from "../fields/identifiers.ts";
import { moment } from "../fields/number-fields.ts";
import { open, record } from "../fields/object-fields.ts";
import { choice, lines, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";

const actorId = id(
  "The id of the person or the token; absent where the system acted.",
  "person_7Qm2",
);

const action = text("What was done: the operation's name, like publishVersion.", {
  max: 64,
  example: "publishVersion",
});

const auditEntrySchema = open(
  {
    id: id("The entry's id.", "audit_9Zk1"),
    at: moment("When it was done."),
    actorKind: choice("Who did it.", ["person", "token", "system"]),
    actorId: actorId.optional(),
    actorName: text("Their name at that time.", { max: 120, example: "Kim Lee" }),
    action,
    app: appId.optional(),
    environment: environment.optional(),
    target: text("The id of what it was done to.", { max: 255, example: "42" }).optional(),
    summary: lines("What it was, for people; no secret and no transaction id.", {
      max: 2000,
      example: "published version 42 to production as sequence 8",
    }),
    changes: record(
      "What changed, by the names of the fields: the values of before and after; secrets are left out.",
      [
        text("A field's name.", { max: 128, example: "role" }),
        open(
          {
            before: text("The value before; absent where there was none.", {
              min: 0,
              max: 2000,
              example: "viewer",
            }).optional(),
            after: text("The value after; absent where there is none.", {
              min: 0,
              max: 2000,
              example: "editor",
            }).optional(),
          },
          { about: "One field's change." },
        ),
      ],
      { max: 100 },
    ).optional(),
  },
  { id: "AuditEntry", about: "One thing somebody did." },
);

/** Lists what was done. */
export const listAudit = defineRoute({
  operationId: "listAudit",
  method: "GET",
  path: "/v1/audit",
  tag: "Audit",
  summary: "List what was done",
  description:
    "Lists what people, tokens and the system did, the newest first. Filters are combined. Entries cannot be changed or removed.",
  access: "admin",
  query: {
    ...pageQuery,
    app: appId.optional(),
    environment: environment.optional(),
    actor: actorId.optional(),
    action: action.optional(),
    from: moment("Only from this moment on.").optional(),
    until: moment("Only before this moment.").optional(),
  },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of entries.",
    body: page("AuditPage", "A page of the audit log.", auditEntrySchema),
  },
});
