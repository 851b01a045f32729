import { defineRoute } from "../contract/define-route.ts";
import { id } from "../fields/identifiers.ts";
import { flag, moment, sequence, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { personId } from "./access-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";
import { snapshotHash } from "./flow-fields.ts";
import {
  askedLocale,
  askedProduct,
  choiceShape,
  givenSubscriber,
  namedResponse,
  RESPONSE_KINDS,
  signedPayload,
} from "./simulation-fields.ts";

const TAG = "Fixtures";

/** The most fixtures of an app in an environment: each check goes through all of them. */
const MAX_FIXTURES = 500;

/** The longest body: a request of Apple's with what is known of its subscriber. */
const MAX_FIXTURE_BYTES = 512 * 1024;

const fixtureName = text("What it is about; one of a name in an environment.", {
  max: 120,
  example: "yearly subscriber in Germany",
});

const expectationShape = {
  source: choiceShape.source.optional(),
  rule: choiceShape.rule,
  arm: choiceShape.arm,
  response: choice("The kind of response.", RESPONSE_KINDS).optional(),
  message: text("The message's name.", { max: 255, example: "three_months_free" }).optional(),
  offerIdentifier: text("The offer.", { max: 255, example: "Y3" }).optional(),
};

const fixtureSchema = open(
  {
    id: id("The fixture's id.", "fixture_8kLm"),
    name: fixtureName,
    productId: askedProduct,
    userLocale: askedLocale,
    requestedAt: moment("When Apple asked."),
    hasSubscriber: flag("Whether it says what is known of the subscriber; else nothing is."),
    expectation: open(expectationShape, {
      id: "FixtureExpectation",
      about: "What must come out; what is absent may be anything.",
    }).optional(),
    createdBy: personId.meta({ description: "The id of the person or the token that added it." }),
    createdAt: moment("When it was added."),
  },
  { id: "Fixture", about: "A captured request. Its content can be checked, and never be read." },
);

/** Adds a fixture. */
export const addFixture = defineRoute({
  operationId: "addFixture",
  method: "POST",
  path: `${CONTENT_PATH}/fixtures`,
  tag: TAG,
  summary: "Add a fixture",
  description:
    "Keeps a request as Apple sent it, to hold flows against. It is verified now, as of its own signedDate, and refused as INPUT_INVALID where a runtime would have refused it. It is sealed, and shown to nobody again. The same one under the same name is answered and not added; another one under a name that is taken is CONFLICT. An environment has at most 500.",
  access: "editor",
  params: contentParams,
  body: strict(
    {
      name: fixtureName,
      signedPayload,
      subscriber: givenSubscriber.optional(),
      expectation: strict(expectationShape, {
        id: "NewFixtureExpectation",
        about: "What must come out; what is not given may be anything.",
      })
        .meta({ examples: [{ rule: "annual_winback", response: "promotionalOffer" }] })
        .optional(),
    },
    { id: "NewFixture", about: "The request to keep, and what is expected of its answer." },
  ),
  maxBodyBytes: MAX_FIXTURE_BYTES,
  isCreation: true,
  success: { status: 201, about: "The fixture.", body: fixtureSchema },
  errors: ["CONFLICT"],
});

/** Lists fixtures. */
export const listFixtures = defineRoute({
  operationId: "listFixtures",
  method: "GET",
  path: `${CONTENT_PATH}/fixtures`,
  tag: TAG,
  summary: "List fixtures",
  description: "Lists the fixtures of an environment by their names, without their content.",
  access: "viewer",
  params: contentParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of fixtures.",
    body: page("FixturePage", "A page of fixtures.", fixtureSchema),
  },
});

/** Deletes a fixture. */
export const deleteFixture = defineRoute({
  operationId: "deleteFixture",
  method: "DELETE",
  path: `${CONTENT_PATH}/fixtures/{fixture}`,
  tag: TAG,
  summary: "Delete a fixture",
  description: "Forgets a fixture.",
  access: "editor",
  params: { ...contentParams, fixture: fixtureSchema.shape.id },
  success: { status: 204, about: "Deleted." },
});

const checkSchema = open(
  {
    checkedAt: moment("When it was done; absent before the first.").optional(),
    sequence: sequence(
      "The sequence that was live; absent before the first check, and where nothing was.",
    ).optional(),
    snapshot: snapshotHash.optional(),
    passed: whole("How many are as expected.", { min: 0, max: MAX_FIXTURES, example: 11 }),
    changed: whole("How many are as expected, and other than at the check before.", {
      min: 0,
      max: MAX_FIXTURES,
      example: 1,
    }),
    failed: whole("How many are not.", { min: 0, max: MAX_FIXTURES, example: 0 }),
    results: list(
      "Each fixture, by its name.",
      open(
        {
          fixture: fixtureSchema.shape.id,
          name: fixtureName,
          result: choice("How it came out.", ["passed", "changed", "failed"]),
          problem: choice("Why it failed.", [
            "nothingLive",
            "refused",
            "unreadable",
            "noAnswer",
            "expectationNotMet",
          ]).optional(),
          code: text("The runtime's code, where it refuses the request.", {
            max: 64,
            example: "ROOT_UNTRUSTED",
          }).optional(),
          ...choiceShape,
          source: choiceShape.source.optional(),
          response: namedResponse.optional(),
          before: namedResponse
            .meta({ description: "What was sent at the check before, where that was another." })
            .optional(),
        },
        { id: "FixtureResult", about: "What became of one fixture." },
      ),
      { max: MAX_FIXTURES },
    ),
  },
  { id: "FixtureCheck", about: "What became of the fixtures of an environment." },
);

/** Checks fixtures now. */
export const checkFixtures = defineRoute({
  operationId: "checkFixtures",
  method: "POST",
  path: `${CONTENT_PATH}/fixture-check`,
  tag: TAG,
  summary: "Check the fixtures",
  description:
    "Takes every fixture of the environment through what is live, each at its own time, and keeps the report in place of the one before. The system does so by itself once a day, and after each publication. Pauses and stopped offers do not count in it; messages that Apple has rejected do. A fixture has failed where it gets no answer, its request is refused, or its expectation is not met; changed where it gets another response than the check before.",
  access: "editor",
  params: contentParams,
  success: { status: 200, about: "The report.", body: checkSchema },
});

/** Reads the last check. */
export const readFixtureCheck = defineRoute({
  operationId: "readFixtureCheck",
  method: "GET",
  path: `${CONTENT_PATH}/fixture-check`,
  tag: TAG,
  summary: "Read the last check",
  description: "Reads the report of the last check; an empty one before the first.",
  access: "viewer",
  params: contentParams,
  success: { status: 200, about: "The report.", body: checkSchema },
});
