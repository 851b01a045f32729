import { defineRoute } from "../contract/define-route.ts";
import { appId, environment, id } from "../fields/identifiers.ts";
import { flag, moment, sequence, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { snapshotHash } from "./flow-fields.ts";

const TAG = "Runtimes";

const runtimeId = id("The runtime's id, which it makes at its start.", "runtime_8sLm");

const servedShape = {
  app: appId,
  environment,
  snapshot: snapshotHash.optional(),
  sequence: sequence("The sequence it answers by; 0 before the first."),
  stopListSequence: sequence("The sequence of the stop list it heeds; 0 before the first."),
  problem: text("Our code for why it does not take what is published; absent while it does.", {
    max: 64,
    example: "PUBLICATION_SUPERSEDED",
  }).optional(),
};

/** How many requests ended in one way since the runtime started. */
function ended(how: string, example: number) {
  return whole(`Requests since it started that ${how}.`, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example,
  });
}

const answersShape = {
  answered: ended("were answered as the flow says", 18_204),
  fallback: ended("were answered with another approved response", 12),
  deferred: ended("were left to Apple, as the flow says", 0),
  refused: ended("were no valid requests of Apple's", 3),
  unavailable: ended("could not be answered", 1),
  lastRequestAt: moment("When Apple last asked; absent where it has not.").optional(),
};

const ANSWERS = "How requests ended; absent from a runtime that does not count.";

const reportShape = {
  host: choice("What it runs on.", ["node", "workers"]),
  release: text("Its release of Holdfast.", { max: 64, example: "0.1.0" }),
  startedAt: moment("When it started."),
};

/** The most pairs of app and environment that one runtime answers for. */
const MAX_SERVED = 1000;

const SERVED = "What it answers by, for each app and environment.";

const runtimeSchema = open(
  {
    id: runtimeId,
    ...reportShape,
    serves: list(
      SERVED,
      open(
        {
          ...servedShape,
          answers: open(answersShape, { id: "AnswerCounts", about: ANSWERS }).optional(),
        },
        { id: "Served", about: "What it answers by." },
      ),
      { max: MAX_SERVED },
    ),
    reportedAt: moment("When it last reported."),
  },
  { id: "Runtime", about: "A runtime as it last reported." },
);

/** Takes a runtime's report. */
export const reportRuntime = defineRoute({
  operationId: "reportRuntime",
  method: "PUT",
  path: "/v1/runtimes/{runtime}",
  tag: TAG,
  summary: "Report what runs",
  description:
    "A runtime tells what it answers by: at its start, after every change, every minute, and when it stops. What it has not reported for ten minutes is taken for gone.",
  access: "runtime",
  params: { runtime: runtimeId },
  body: strict(
    {
      ...reportShape,
      serves: list(
        SERVED,
        strict(
          {
            ...servedShape,
            answers: strict(answersShape, { id: "NewAnswerCounts", about: ANSWERS }).optional(),
          },
          { id: "NewServed", about: "What it answers by." },
        ),
        { max: MAX_SERVED },
      ),
      isStopping: flag(
        "Whether this is its last report: it stops on purpose, and is not missed.",
        false,
      ).optional(),
    },
    { id: "RuntimeReport", about: "What runs." },
  ),
  maxBodyBytes: 512 * 1024,
  success: { status: 204, about: "Noted." },
});

/** Lists runtimes. */
export const listRuntimes = defineRoute({
  operationId: "listRuntimes",
  method: "GET",
  path: "/v1/runtimes",
  tag: TAG,
  summary: "List runtimes",
  description:
    "Lists the runtimes that report, with what each answers by, as far as the caller may see the apps: whether a publication has arrived everywhere shows here.",
  access: "viewer",
  query: { ...pageQuery, app: appId.optional(), environment: environment.optional() },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of runtimes.",
    body: page("RuntimePage", "A page of runtimes.", runtimeSchema),
  },
});
