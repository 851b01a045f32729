import * as z from "zod";
import { defineRoute } from "../contract/define-route.ts";
import { flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";
import { MAX_SOURCE_BODY_BYTES, snapshotHash, versionNumber } from "./flow-fields.ts";
import {
  askedLocale,
  askedProduct,
  choiceSchema,
  choiceShape,
  flowChoice,
  madeUpRequest,
  namedResponse,
  resolvedResponse,
  signedPayload,
  simulatedSubscriber,
  traceSchema,
} from "./simulation-fields.ts";

const TAG = "Simulator";

/** Two documents in one body. */
const MAX_COMPARISON_BYTES = 2 * MAX_SOURCE_BODY_BYTES;

/** How many decisions a comparison can go through. */
const MAX_COMPARED_DECISIONS = 10_000;

const evaluatedFlow = open(
  {
    hash: snapshotHash,
    version: versionNumber
      .meta({ description: "The version it was compiled from; absent for a draft or a document." })
      .optional(),
    isLive: flag("Whether this very snapshot is live."),
  },
  { id: "EvaluatedFlow", about: "The flow that was evaluated." },
);

const simulationSchema = open(
  {
    flow: evaluatedFlow,
    request: open(
      {
        productId: askedProduct,
        userLocale: askedLocale,
        requestedAt: moment("When Apple asked; the clock stood there."),
        signature: choice("Whether the signature was good, or there is none.", [
          "verified",
          "notSigned",
        ]),
      },
      { id: "SimulatedRequest", about: "The request, without the ids of the subscription." },
    ).optional(),
    refused: open(
      {
        code: text("The runtime's code for it.", { max: 64, example: "SIGNATURE_INVALID" }),
        message: text("What it is.", { max: 1000, example: "the signature is wrong" }),
      },
      {
        id: "SimulatedRefusal",
        about: "Why a runtime would have turned the request away; there is no decision then.",
      },
    ).optional(),
    subscriber: open(
      {
        status: choice("How the lookup ended.", ["found", "notFound", "unavailable"]),
        reason: text("Why nothing could be had.", { max: 64, example: "notNeeded" }).optional(),
      },
      { id: "LookedUpSubscriber", about: "How the lookup of the subscriber ended." },
    ).optional(),
    decision: open(
      {
        ...choiceShape,
        hashes: list(
          "The bucketing steps, in their order.",
          open(
            {
              layer: choice("Which layer.", [
                "holdout",
                "exclusionGroup",
                "rollout",
                "traffic",
                "arm",
              ]),
              key: text("The key in the document.", { max: 255, example: "h2026" }),
              hash: whole("The hash.", { min: 0, max: 0xffff_ffff, example: 1_234_567_890 }),
            },
            { id: "BucketHash", about: "One bucketing step." },
          ),
          { max: 20_000 },
        ),
        hashVersion: whole("Bucketing's version.", { min: 1, max: 1000, example: 1 }),
        assigned: resolvedResponse.optional(),
        delivered: resolvedResponse.optional(),
        deviation: text("Why what is delivered is not what was assigned.", {
          max: 64,
          example: "offersPaused",
        }).optional(),
      },
      { id: "SimulatedDecision", about: "What the flow says." },
    ).optional(),
    response: open(
      {
        status: whole("The HTTP status.", { min: 200, max: 599, example: 200 }),
        body: z
          .looseObject({})
          .meta({
            description:
              "What Apple would get; absent with a status other than 200. Its signatures are made with a throw-away key.",
            maxProperties: 10,
            examples: [{ message: { messageIdentifier: "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11" } }],
          })
          .optional(),
      },
      { id: "SimulatedResponse", about: "What would be answered." },
    ),
    trace: traceSchema.optional(),
    notes: list(
      "What must be known to read the rest.",
      open(
        {
          code: text("What it is, stable.", { max: 64, example: "CLOCK_PINNED" }),
          text: text("What it is, for people.", {
            max: 1000,
            example: "the clock stood at the request's own date",
          }),
        },
        { id: "SimulationNote", about: "Something to know." },
      ),
      { max: 20 },
    ),
  },
  { id: "Simulation", about: "What would be answered, and why." },
);

/** Simulates an answer. */
export const simulate = defineRoute({
  operationId: "simulate",
  method: "POST",
  path: `${CONTENT_PATH}/simulations`,
  tag: TAG,
  summary: "What would be answered?",
  description:
    "Takes a request through the steps of a real answer and shows each of them: shape, app, environment, chain and signature, what is known of the subscriber, every rule with every condition (true, false, or unknown with the reason), the response. A captured request is held against the clock of its own signedDate, so that it stays good when its certificates have ended; a made-up one has no signature, and everything else is the same. A request that a runtime would refuse is answered with `refused`. Nothing is kept: there is no decision, no exposure and no log of it. Offers are signed with a throw-away key, which Apple would refuse.",
  access: "viewer",
  params: contentParams,
  body: strict(
    {
      signedPayload: signedPayload.optional(),
      request: madeUpRequest.optional(),
      subscriber: simulatedSubscriber.default({ status: "stored", attributes: {} }),
      flow: flowChoice.optional(),
      withStops: flag("Whether the stop list in force applies.").default(true),
    },
    {
      id: "SimulationRequest",
      about: "What is asked, of whom, and which flow answers; by default what is live.",
    },
  )
    .refine((body) => (body.signedPayload === undefined) !== (body.request === undefined), {
      error: "expected either a signedPayload or a request",
    })
    .meta({
      examples: [
        {
          request: { productId: "yoga.monthly", userLocale: "de-DE" },
          subscriber: { status: "found", attributes: { storefront: "DEU" } },
        },
      ],
    }),
  maxBodyBytes: MAX_SOURCE_BODY_BYTES,
  success: { status: 200, about: "What would be answered.", body: simulationSchema },
  errors: ["FLOW_INVALID"],
});

const count = (about: string) =>
  whole(about, { min: 0, max: MAX_COMPARED_DECISIONS, example: 120 });

const comparedAnswer = open(
  { ...choiceShape, response: namedResponse },
  { id: "ComparedAnswer", about: "What one flow says." },
);

const MAX_MOVES = 500;

const comparisonSchema = open(
  {
    from: evaluatedFlow,
    to: evaluatedFlow,
    compared: count("How many decisions were evaluated with both flows."),
    different: count("Of these, how many are sent something else."),
    sameByAnotherWay: count("Of these, how many are sent the same by another rule or arm."),
    stateNotLookedUp: count(
      "Those whose subscriber nobody looked up when they were decided, though one of the flows asks: there, all of the subscriber is unknown to both.",
    ),
    notOpened: count("Decisions whose sealed id does not open; they were left out."),
    isCut: flag(
      "Whether time was over before all of them were compared: two very large flows take longer.",
      false,
    ),
    oldestAt: moment("When the oldest of them was asked; absent where there is none.").optional(),
    newestAt: moment("When the newest of them was asked; absent where there is none.").optional(),
    byRule: list(
      "Every decision whose rule, arm or response is another, the most frequent first.",
      open(
        { from: choiceSchema, to: choiceSchema, count: count("How many.") },
        { id: "RuleMove", about: "How many go from one rule to another." },
      ),
      { max: MAX_MOVES },
    ),
    byResponse: list(
      "Every decision that is sent something else, the most frequent first. The same names on both sides: the text is another, or its locale.",
      open(
        { from: namedResponse, to: namedResponse, count: count("How many.") },
        { id: "ResponseMove", about: "How many go from one response to another." },
      ),
      { max: MAX_MOVES },
    ),
    examples: list(
      "Up to three decisions of each move from response to response.",
      open(
        {
          requestIdentifier: text("Apple's identifier of the request.", {
            max: 128,
            example: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33",
          }),
          requestedAt: moment("When Apple asked."),
          productId: askedProduct,
          userLocale: askedLocale,
          from: comparedAnswer,
          to: comparedAnswer,
        },
        { id: "ComparedExample", about: "A decision that comes out otherwise." },
      ),
      { max: 300 },
    ),
  },
  { id: "FlowComparison", about: "What changes for those who were asked." },
);

/** Compares two flows over decisions. */
export const compareFlows = defineRoute({
  operationId: "compareFlows",
  method: "POST",
  path: `${CONTENT_PATH}/comparisons`,
  tag: TAG,
  summary: "What would change for whom?",
  description:
    "Evaluates two flows for the subjects of the last decisions, each as it was recorded, and tells how many are sent something else: from which rule to which, and from which response to which. Nothing is stopped in it, for it is the flows that are compared. The ids of the subscriptions, which buckets follow from, are opened for that; the audit log says so. Decisions are known for as long as they are kept.",
  access: "editor",
  params: contentParams,
  body: strict(
    {
      from: flowChoice.optional(),
      to: flowChoice.optional(),
      last: whole("How many decisions, the newest first.", {
        min: 1,
        max: MAX_COMPARED_DECISIONS,
        example: 1000,
      }).default(1000),
    },
    {
      id: "ComparisonRequest",
      about: "Which flows, over how many decisions; a flow that is not given is what is live.",
    },
  ).meta({ examples: [{ to: { version: 42 }, last: 1000 }] }),
  maxBodyBytes: MAX_COMPARISON_BYTES,
  success: { status: 200, about: "What changes.", body: comparisonSchema },
  errors: ["FLOW_INVALID"],
});
