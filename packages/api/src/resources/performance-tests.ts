import type { KnownSendAttemptResult } from "@holdfast/appstore/retention-messaging";
import { defineRoute } from "../contract/define-route.ts";
import { appId } from "../fields/identifiers.ts";
import { decimal, flag, moment, whole } from "../fields/number-fields.ts";
import { open, record, strict } from "../fields/object-fields.ts";
import { openChoice, patterned, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";

const TAG = "Performance tests";

/** Apple calls it a request's id; that it is a UUID is UNCONFIRMED. */
const requestId = text("The test's id, as Apple gave it.", {
  max: 128,
  example: "7f6a9c52-7c1b-4a57-9d5f-3f9a2c1e8b04",
});

const count = (about: string, example: number) =>
  whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example });

const milliseconds = (about: string, example: number) =>
  decimal(`${about} Milliseconds.`, { min: 0, max: 86_400_000, example });

const percent = (about: string, example: number) =>
  decimal(`${about} Per cent.`, { min: 0, max: 100, example });

/** A result by its name in Apple's documents: the type makes a misspelling an error. */
const SUCCESS: KnownSendAttemptResult = "SUCCESS";

const configSchema = open(
  {
    maxConcurrentRequests: count("The most requests at once.", 10),
    totalRequests: count("How many requests there are.", 100),
    totalDuration: milliseconds("How long the test lasts.", 60_000),
    responseTimeThreshold: milliseconds("How long an answer may take.", 700),
    successRateThreshold: percent("How many answers must be good.", 95),
  },
  {
    id: "PerformanceTestConfig",
    about: "What the test does and asks for; Apple's values, which it may change.",
  },
);

const testSchema = open(
  {
    requestId,
    startedAt: moment("When it was begun."),
    readAt: moment("When Apple was last asked for the result.").optional(),
    result: openChoice("How it stands.", ["PENDING", "PASS", "FAIL"]),
    isFollowed: flag(
      "Whether the server still asks Apple for the result. False while PENDING where Apple gave none for an hour.",
      false,
    ),
    config: configSchema,
    target: text("The URL that is tested.", {
      max: 256,
      example: "https://retention.example.com/apple/retention/yoga/sandbox",
    }).optional(),
    successRate: percent("How many answers were good.", 100).optional(),
    numPending: count("Requests without an answer yet.", 0).optional(),
    responseTimes: open(
      {
        average: milliseconds("On average.", 41),
        p50: milliseconds("Half were faster.", 38),
        p90: milliseconds("Nine in ten were faster.", 55),
        p95: milliseconds("95 in 100 were faster.", 61),
        p99: milliseconds("99 in 100 were faster.", 80),
      },
      { about: "How long answers took." },
    ).optional(),
    failures: record(
      "How many requests ended in each way, by Apple's names.",
      [
        text("What became of a request, like TIMED_OUT; open.", { max: 128, example: SUCCESS }),
        count("How many.", 100),
      ],
      { max: 64 },
    ).optional(),
  },
  { id: "PerformanceTest", about: "A performance test in the sandbox." },
);

/** Begins a performance test. */
export const createPerformanceTest = defineRoute({
  operationId: "createPerformanceTest",
  method: "POST",
  path: "/v1/apps/{app}/performance-tests",
  tag: TAG,
  summary: "Begin a performance test",
  description:
    "Makes Apple send many requests to the sandbox's real-time URL and judge the answers; a passed test is the condition for a URL in production. CONFLICT where a rule of what is live in the sandbox can answer by deferring to Apple, whatever product it is for: that would fail the test, and which product the subscription is of is not looked up.",
  access: "publisher",
  params: { app: appId },
  body: strict(
    {
      originalTransactionId: patterned(
        "An auto-renewable subscription of the sandbox, by its original transaction, not family-shared. Stored only as a pseudonym.",
        {
          pattern: /^[A-Za-z0-9-]{1,64}$/,
          expected: "an original transaction id",
          max: 64,
          example: "2000000123456789",
        },
      ).meta({ writeOnly: true }),
    },
    { id: "NewPerformanceTest", about: "What to test with." },
  ),
  isCreation: true,
  success: { status: 201, about: "The test has begun.", body: testSchema },
  errors: ["CONFLICT", "APPLE_REFUSED", "APPLE_UNREACHABLE"],
});

/** Lists performance tests. */
export const listPerformanceTests = defineRoute({
  operationId: "listPerformanceTests",
  method: "GET",
  path: "/v1/apps/{app}/performance-tests",
  tag: TAG,
  summary: "List performance tests",
  description:
    "Lists the tests that were begun from here, the newest first, with what is known of their results.",
  access: "viewer",
  params: { app: appId },
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of tests.",
    body: page("PerformanceTestPage", "A page of tests.", testSchema),
  },
});

/** Reads a performance test. */
export const readPerformanceTest = defineRoute({
  operationId: "readPerformanceTest",
  method: "GET",
  path: "/v1/apps/{app}/performance-tests/{test}",
  tag: TAG,
  summary: "Read a performance test",
  description:
    "Reads a test's result. While it is PENDING the server asks Apple by itself, no faster than Apple allows.",
  access: "viewer",
  params: { app: appId, test: requestId },
  success: { status: 200, about: "The test.", body: testSchema },
});
