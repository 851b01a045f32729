import { defineRoute } from "../contract/define-route.ts";
import { appId, environment } from "../fields/identifiers.ts";
import { flag, moment } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { personId } from "./access-fields.ts";
import {
  documentFiles,
  draftId,
  MAX_SOURCE_BODY_BYTES,
  source,
  validationSchema,
  versionNumber,
} from "./flow-fields.ts";

const TAG = "Drafts";

const draftName = text("What is being prepared.", { max: 120, example: "December offer" });

const basedOn = versionNumber.meta({
  description: "The version it began from; absent where it began from nothing.",
});

const draftShape = {
  id: draftId,
  name: draftName,
  basedOn: basedOn.optional(),
  createdBy: personId.meta({ description: "The id of whoever began it." }),
  createdAt: moment("When it was begun."),
  updatedBy: personId.meta({ description: "The id of whoever changed it last." }),
  updatedAt: moment("When it was last changed."),
};

const draftSchema = open(
  { ...draftShape, source, ...documentFiles },
  { id: "Draft", about: "A flow that is being written." },
);

const draftParams = { app: appId, draft: draftId };

const validationOptions = {
  environment: environment
    .meta({ description: "Only this environment is looked at; without it both are." })
    .optional(),
  isStrict: flag("Whether warnings count as errors.", false).default(false),
};

/** Begins a draft. */
export const createDraft = defineRoute({
  operationId: "createDraft",
  method: "POST",
  path: "/v1/apps/{app}/drafts",
  tag: TAG,
  summary: "Begin a draft",
  description:
    "Begins a draft with a document, or with that of a version. The document may have errors: a draft is for writing.",
  access: "editor",
  params: { app: appId },
  body: strict(
    {
      name: draftName,
      source: source.optional(),
      ...documentFiles,
      basedOn: basedOn.optional(),
    },
    { id: "NewDraft", about: "The draft to begin: with a document, with a version, or with both." },
  ).refine((draft) => draft.source !== undefined || draft.basedOn !== undefined, {
    error: "expected a source, a version in basedOn, or both",
  }),
  maxBodyBytes: MAX_SOURCE_BODY_BYTES,
  isCreation: true,
  etag: "returned",
  success: { status: 201, about: "The draft.", body: draftSchema },
});

/** Lists drafts. */
export const listDrafts = defineRoute({
  operationId: "listDrafts",
  method: "GET",
  path: "/v1/apps/{app}/drafts",
  tag: TAG,
  summary: "List drafts",
  description: "Lists an app's drafts without their documents, the last changed first.",
  access: "viewer",
  params: { app: appId },
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of drafts.",
    body: page(
      "DraftPage",
      "A page of drafts.",
      open(draftShape, { id: "DraftSummary", about: "A draft without its document." }),
    ),
  },
});

/** Reads a draft. */
export const readDraft = defineRoute({
  operationId: "readDraft",
  method: "GET",
  path: "/v1/apps/{app}/drafts/{draft}",
  tag: TAG,
  summary: "Read a draft",
  description: "Reads a draft with its document, and the ETag that saving it needs.",
  access: "viewer",
  params: draftParams,
  etag: "returned",
  success: { status: 200, about: "The draft.", body: draftSchema },
});

/** Saves a draft. */
export const updateDraft = defineRoute({
  operationId: "updateDraft",
  method: "PUT",
  path: "/v1/apps/{app}/drafts/{draft}",
  tag: TAG,
  summary: "Save a draft",
  description:
    "Replaces a draft's name and document. PRECONDITION_FAILED where somebody saved it meanwhile; `current` has the ETag of now.",
  access: "editor",
  params: draftParams,
  body: strict(
    { name: draftName, source, ...documentFiles },
    { id: "DraftContent", about: "What to save." },
  ),
  maxBodyBytes: MAX_SOURCE_BODY_BYTES,
  etag: "required",
  success: { status: 200, about: "The draft as saved.", body: draftSchema },
});

/** Deletes a draft. */
export const deleteDraft = defineRoute({
  operationId: "deleteDraft",
  method: "DELETE",
  path: "/v1/apps/{app}/drafts/{draft}",
  tag: TAG,
  summary: "Delete a draft",
  description: "Throws a draft away. Versions saved from it stay.",
  access: "editor",
  params: draftParams,
  etag: "required",
  success: { status: 204, about: "Deleted." },
});

/** Validates a draft. */
export const validateDraft = defineRoute({
  operationId: "validateDraft",
  method: "POST",
  path: "/v1/apps/{app}/drafts/{draft}/validate",
  tag: TAG,
  summary: "Validate a draft",
  description:
    "Checks a draft's document as saved: its shape, its rules, the catalog, the review states at Apple, and what must not change under a running experiment. Issues are a success: the answer is 200 whatever they are.",
  access: "viewer",
  params: draftParams,
  body: strict(validationOptions, { id: "ValidationOptions", about: "How to validate." }),
  success: { status: 200, about: "What was found.", body: validationSchema },
});

/** Validates a document that is not saved. */
export const validateSource = defineRoute({
  operationId: "validateSource",
  method: "POST",
  path: "/v1/apps/{app}/validate",
  tag: TAG,
  summary: "Validate a document",
  description:
    "Checks a document as validateDraft does, without saving anything: for a pipeline, and for an editor while somebody types.",
  access: "viewer",
  params: { app: appId },
  body: strict(
    { source, ...documentFiles, ...validationOptions },
    { id: "SourceToValidate", about: "What to validate." },
  ),
  maxBodyBytes: MAX_SOURCE_BODY_BYTES,
  success: { status: 200, about: "What was found.", body: validationSchema },
});
