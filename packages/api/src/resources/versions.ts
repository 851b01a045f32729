import { defineRoute } from "../contract/define-route.ts";
import { appId, environment, id } from "../fields/identifiers.ts";
import { moment } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, lines, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { personId } from "./access-fields.ts";
import {
  documentFiles,
  draftId,
  MAX_SOURCE_BODY_BYTES,
  note,
  source,
  versionNumber,
  versionShape,
} from "./flow-fields.ts";

const TAG = "Versions";

const versionSchema = open(
  { ...versionShape, source, ...documentFiles },
  { id: "Version", about: "A flow as it was saved; it never changes." },
);

const versionParams = { app: appId, version: versionNumber };

/** Saves a version. */
export const createVersion = defineRoute({
  operationId: "createVersion",
  method: "POST",
  path: "/v1/apps/{app}/versions",
  tag: TAG,
  summary: "Save a version",
  description:
    "Saves a version, which never changes: of a draft as it is now, or of a document, as a pipeline has it. FLOW_INVALID where it has errors. A document that is that of the newest version is answered with this, and nothing is saved.",
  access: "editor",
  params: { app: appId },
  body: strict(
    {
      draft: draftId.optional(),
      source: source.optional(),
      ...documentFiles,
      note: note.optional(),
    },
    { id: "NewVersion", about: "What to save: a draft, or a document." },
  )
    .refine((version) => (version.draft === undefined) !== (version.source === undefined), {
      error: "expected either a draft or a source",
    })
    .meta({ examples: [{ draft: "draft_3nTu", note: "Half price in December." }] }),
  maxBodyBytes: MAX_SOURCE_BODY_BYTES,
  isCreation: true,
  success: { status: 201, about: "The version.", body: versionSchema },
  errors: ["FLOW_INVALID"],
});

/** Lists versions. */
export const listVersions = defineRoute({
  operationId: "listVersions",
  method: "GET",
  path: "/v1/apps/{app}/versions",
  tag: TAG,
  summary: "List versions",
  description: "Lists an app's versions without their documents, the newest first.",
  access: "viewer",
  params: { app: appId },
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of versions.",
    body: page(
      "VersionPage",
      "A page of versions.",
      open(versionShape, { id: "VersionSummary", about: "A version without its document." }),
    ),
  },
});

/** Reads a version. */
export const readVersion = defineRoute({
  operationId: "readVersion",
  method: "GET",
  path: "/v1/apps/{app}/versions/{version}",
  tag: TAG,
  summary: "Read a version",
  description: "Reads a version with its document.",
  access: "viewer",
  params: versionParams,
  success: { status: 200, about: "The version.", body: versionSchema },
});

const value = lines("The value as JSON, cut where it is long.", {
  max: 4000,
  example: '{"message":"stay"}',
});

/** Compares two documents. */
export const diffVersions = defineRoute({
  operationId: "diffVersions",
  method: "GET",
  path: "/v1/apps/{app}/diff",
  tag: TAG,
  summary: "What is different?",
  description:
    "Tells what changes from one version to another, or to a draft, by meaning and not by lines: reordered members are no change, reordered rules are. Exactly one of toVersion and toDraft is given; INPUT_INVALID otherwise.",
  access: "viewer",
  params: { app: appId },
  query: {
    from: versionNumber.meta({ description: "The version to begin from." }),
    toVersion: versionNumber.meta({ description: "The version to compare with." }).optional(),
    toDraft: draftId.meta({ description: "The draft to compare with." }).optional(),
  },
  success: {
    status: 200,
    about: "What is different.",
    body: open(
      {
        changes: list(
          "The changes, in the order of the document.",
          open(
            {
              kind: choice("What happened there.", ["added", "removed", "changed", "moved"]),
              path: text("Where, as in rules[0].when.", { max: 1024, example: "rules[0].respond" }),
              summary: text("What it is, for people.", {
                max: 500,
                example: 'rule "december" answers with another message',
              }),
              before: value.optional(),
              after: value.optional(),
            },
            { id: "FlowChange", about: "One change of a flow." },
          ),
          { max: 10_000 },
        ),
      },
      { id: "FlowDiff", about: "What is different between two documents." },
    ),
  },
});

const approvalSchema = open(
  {
    id: id("The approval's id.", "approval_6hYv"),
    version: versionNumber,
    environment,
    verdict: choice("What was decided.", ["approve", "reject"]),
    note: note.optional(),
    by: personId.meta({ description: "The id of the person who decided." }),
    at: moment("When it was decided."),
  },
  { id: "Approval", about: "What a person decided about a version." },
);

/** Approves or rejects a version. */
export const createApproval = defineRoute({
  operationId: "createApproval",
  method: "POST",
  path: "/v1/apps/{app}/versions/{version}/approvals",
  tag: TAG,
  summary: "Approve or reject a version",
  description:
    "Says yes or no to publishing a version in an environment. One's last word counts. CONFLICT for whoever saved the version: nobody approves their own.",
  access: "publisher",
  params: versionParams,
  body: strict(
    {
      environment,
      verdict: choice("What is decided.", ["approve", "reject"]),
      note: note.optional(),
    },
    { id: "NewApproval", about: "What is decided." },
  ),
  isCreation: true,
  success: { status: 201, about: "The approval.", body: approvalSchema },
  errors: ["CONFLICT"],
});

/** Lists a version's approvals. */
export const listApprovals = defineRoute({
  operationId: "listApprovals",
  method: "GET",
  path: "/v1/apps/{app}/versions/{version}/approvals",
  tag: TAG,
  summary: "List approvals",
  description: "Lists what people decided about a version, the newest first.",
  access: "viewer",
  params: versionParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of approvals.",
    body: page("ApprovalPage", "A page of approvals.", approvalSchema),
  },
});
