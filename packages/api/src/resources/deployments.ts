import { REALTIME_URL_MAX_CHARACTERS } from "@holdfast/appstore/retention-messaging";
import { defineRoute } from "../contract/define-route.ts";
import { MAX_MESSAGE_LENGTH } from "../errors/api-error-schema.ts";
import { appId, environment, httpsUrl, id } from "../fields/identifiers.ts";
import { flag, moment, sequence, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, lines, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { personId } from "./access-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";
import {
  documentFiles,
  MAX_SOURCE_BODY_BYTES,
  note,
  source,
  versionNumber,
} from "./flow-fields.ts";
import { planSchema } from "./plan-fields.ts";

const TAG = "Deployments";

/** The most problems a deployment tells. */
const MAX_DEPLOYMENT_PROBLEMS = 200;

const setDefaults = flag("Whether the default messages that the flow names are set at Apple.");

const realtimeURL = httpsUrl(
  "The URL that Apple is to ask, instead of the one the flow names. Where neither names one, Apple's stays as it is.",
  {
    max: REALTIME_URL_MAX_CHARACTERS,
    example: "https://retention.example.com/apple/retention/yoga/production",
  },
);

const publishWhen = choice(
  "When to publish: when Apple has approved everything the flow needs; or as soon as what is approved makes a valid flow, where texts that Apple approves later are added by the system.",
  ["everythingApproved", "publishable"],
);

const deploymentId = id("The deployment's id.", "deployment_7hGw");

const stepSchema = open(
  {
    step: choice("What is done.", ["upload", "review", "defaults", "publish", "realtimeUrl"]),
    done: whole("How many are done: of review, how many messages and images are approved.", {
      min: 0,
      max: 100_000,
      example: 14,
    }),
    total: whole("How many there are.", { min: 0, max: 100_000, example: 20 }),
  },
  { id: "DeploymentStep", about: "How far a step is." },
);

const problemSchema = open(
  {
    code: text("Stable; the thing to branch on.", { max: 64, example: "APPLE_REFUSED" }),
    message: lines("What went wrong, in Apple's words where they are Apple's.", {
      max: MAX_MESSAGE_LENGTH,
      example: "Apple refused Upload Message: 403 4030016 MaximumNumberOfMessagesReachedError",
    }),
    advice: lines("What to do about it.", {
      max: MAX_MESSAGE_LENGTH,
      example: "delete messages nothing uses",
    }).optional(),
    errorCode: whole("Apple's number.", {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      example: 4_030_016,
    }).optional(),
    subject: lines("What it is about.", {
      max: MAX_MESSAGE_LENGTH,
      example: "message stay en-US",
    }).optional(),
  },
  { id: "DeploymentProblem", about: "One thing that went wrong, or was left." },
);

const deploymentSchema = open(
  {
    id: deploymentId,
    app: appId,
    environment,
    version: versionNumber,
    expectedSequence: sequence("The sequence that was live as the caller knew it."),
    publishWhen,
    setDefaults,
    realtimeURL: realtimeURL.optional(),
    note: note.optional(),
    state: choice(
      "How it stands. The last three are ends; cancelled and failed undo nothing that was done.",
      [
        "uploading",
        "waitingForReview",
        "settingDefaults",
        "publishing",
        "live",
        "failed",
        "cancelled",
      ],
    ),
    steps: list("How far each step is; empty until Apple was first asked.", stepSchema, { max: 5 }),
    problems: list(
      "What went wrong, and what was left: why it failed, or what it is tried again for, or for a live one what could not be done with it.",
      problemSchema,
      { max: MAX_DEPLOYMENT_PROBLEMS },
    ),
    sequence: sequence("The sequence it was published under; absent before.").optional(),
    createdBy: personId.meta({ description: "The id of who asked for it." }),
    createdAt: moment("When it was asked for."),
    updatedAt: moment("When something of it last changed."),
    finishedAt: moment("When it ended; absent while it is under way.").optional(),
  },
  { id: "Deployment", about: "The way of a version to being live, with all it needs at Apple." },
);

/** Tells what a deployment would do. */
export const planDeployment = defineRoute({
  operationId: "planDeployment",
  method: "POST",
  path: `${CONTENT_PATH}/deployments/plan`,
  tag: TAG,
  summary: "Plan a deployment",
  description:
    "Compares a version, or a document that is not saved, with what Apple has and tells what is to be uploaded, which default messages and which URL are to be set, what waits for Apple's review, and what nobody wants any more. Changes and saves nothing, so that a pipeline can show it for a change that is only proposed; of image files the hashes are enough. FLOW_INVALID where a document has errors. Asks Apple for its lists, which the sandbox allows every ten seconds.",
  access: "viewer",
  params: contentParams,
  body: strict(
    {
      version: versionNumber.optional(),
      source: source.optional(),
      ...documentFiles,
      setDefaults: setDefaults.default(true),
      realtimeURL: realtimeURL.optional(),
    },
    { id: "NewPlan", about: "What to plan: a version, or a document." },
  )
    .refine((plan) => (plan.version === undefined) !== (plan.source === undefined), {
      error: "expected either a version or a source",
    })
    .meta({ examples: [{ version: 42 }] }),
  maxBodyBytes: MAX_SOURCE_BODY_BYTES,
  success: { status: 200, about: "The plan.", body: planSchema },
  errors: ["CONFLICT", "FLOW_INVALID", "APPLE_REFUSED", "APPLE_UNREACHABLE"],
});

/** Begins a deployment. */
export const createDeployment = defineRoute({
  operationId: "createDeployment",
  method: "POST",
  path: `${CONTENT_PATH}/deployments`,
  tag: TAG,
  summary: "Deploy a version",
  description:
    "Brings a version live with all it needs at Apple: uploads what is missing, waits for the review, sets default messages, publishes, and sets the URL. The server carries it out by itself, however long the review takes, and goes on after a restart. CONFLICT while another deployment of the environment is under way, or where something else is live than the caller thinks; where somebody publishes meanwhile, the deployment fails. Texts that the system adds to what is live do not count as something else.",
  access: "publisher",
  params: contentParams,
  body: strict(
    {
      version: versionNumber,
      expectedSequence: sequence(
        "The sequence that is live as the caller knows it; 0 where nothing is. Another one live is CONFLICT.",
      ),
      publishWhen: publishWhen.default("everythingApproved"),
      setDefaults: setDefaults.default(true),
      realtimeURL: realtimeURL.optional(),
      note: note.optional(),
    },
    { id: "NewDeployment", about: "What to bring live." },
  ),
  isCreation: true,
  success: { status: 201, about: "It is under way.", body: deploymentSchema },
  errors: ["CONFLICT", "APPROVAL_REQUIRED", "FLOW_INVALID"],
});

/** Reads a deployment. */
export const readDeployment = defineRoute({
  operationId: "readDeployment",
  method: "GET",
  path: `${CONTENT_PATH}/deployments/{deployment}`,
  tag: TAG,
  summary: "Read a deployment",
  description: "Reads how a deployment stands.",
  access: "viewer",
  params: { ...contentParams, deployment: deploymentId },
  success: { status: 200, about: "The deployment.", body: deploymentSchema },
});

/** Lists deployments. */
export const listDeployments = defineRoute({
  operationId: "listDeployments",
  method: "GET",
  path: `${CONTENT_PATH}/deployments`,
  tag: TAG,
  summary: "List deployments",
  description: "Lists the deployments of an environment, the newest first.",
  access: "viewer",
  params: contentParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of deployments.",
    body: page("DeploymentPage", "A page of deployments.", deploymentSchema),
  },
});

/** Cancels a deployment. */
export const cancelDeployment = defineRoute({
  operationId: "cancelDeployment",
  method: "DELETE",
  path: `${CONTENT_PATH}/deployments/{deployment}`,
  tag: TAG,
  summary: "Cancel a deployment",
  description:
    "Ends a deployment that is under way; it stays in the list. What it did stays: uploads, default messages, and what it published already. CONFLICT once it has ended by itself.",
  access: "publisher",
  params: { ...contentParams, deployment: deploymentId },
  success: { status: 204, about: "Cancelled." },
  errors: ["CONFLICT"],
});
