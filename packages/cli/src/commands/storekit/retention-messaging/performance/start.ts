import { UsageError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { checkTransactionId } from "@holdfast/appstore/retention-messaging";
import type { PerformanceTestResponse } from "@holdfast/appstore/retention-messaging";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io, Options } from "../../../../command.ts";
import { JUNIT_OPTION, openJunitFile } from "../../../../junit-file.ts";
import { print } from "../../../../output.ts";
import { createServerClient } from "../../../../server-api/open-app-store-server.ts";
import {
  readTestedFlow,
  refuseDeferringFlow,
  TESTED_FLOW_OPTIONS,
} from "../../../../server-api/refuse-deferring-flow.ts";
import {
  awaitPerformanceTest,
  reportPerformanceTest,
  requireSandbox,
  TEST_TIMES,
} from "../../../../storekit/await-performance-test.ts";
import { requireSound } from "../../../../storekit/check-values.ts";
import {
  lastPerformanceTest,
  rememberPerformanceTest,
} from "../../../../storekit/last-performance-test.ts";
import { createClient, resolveIdentity } from "../../../../storekit/open-retention-messaging.ts";
import { sayConfig } from "../../../../storekit/performance-test.ts";
import { sayProgress } from "../../../../storekit/progress.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";
import { readWaitTimes, waitOptions } from "../../../../storekit/wait-options.ts";

/** `holdfast storekit retention-messaging performance start` */
export const start: Command = {
  summary: "Start a performance test of the sandbox URL",
  description:
    "Apple sends many real-time requests about one subscription and judges the answers. A passed test is the condition for a URL in production. With --wait it ends with 0 for PASS, 4 for FAIL, and 5 when it still goes on after the timeout.",
  options: [
    {
      flags: "--original-transaction-id <id>",
      description: "of an auto-renewable subscription bought in the sandbox; required",
      required: true,
    },
    { flags: "--wait", description: "wait for the result" },
    ...TESTED_FLOW_OPTIONS,
    ...waitOptions(TEST_TIMES),
    JUNIT_OPTION,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  afterInterruption:
    "Apple may have begun a test, whose id is lost: wait until the requests of it have ended, then start another",
  examples: [
    {
      line: "holdfast storekit retention-messaging performance start --original-transaction-id 2000000000000000 --environment sandbox --wait",
      does: "start a test and wait for its result",
    },
    {
      line: "holdfast storekit retention-messaging performance start --original-transaction-id 2000000000000000 --environment sandbox --wait --timeout 1h --junit performance.xml",
      does: "in CI, with a report",
    },
    {
      line: "holdfast storekit retention-messaging performance start --original-transaction-id 2000000000000000 --environment sandbox --flow flow.yaml",
      does: "unless the flow can defer to Apple for the subscription's product",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const originalTransactionId = options.required("original-transaction-id").trim();
    requireSound("--original-transaction-id", checkTransactionId(originalTransactionId), io);
    refuseWaitingWithoutWait(options);
    const times = readWaitTimes(options, TEST_TIMES);
    requireSandbox(options);
    const writeJunit = await openJunitFile(io, options);
    const flow = await readTestedFlow(options, io);
    const identity = await resolveIdentity(options, io, { expectedBundleId: flow?.bundleId });
    const means = { io, readOnly: options.flag("read-only") };
    if (flow !== undefined) {
      const server = createServerClient(identity, means);
      await refuseDeferringFlow(flow, server, { originalTransactionId, signal: io.signal });
    }
    const client = createClient(identity, means);
    const started = await startTest(client, originalTransactionId, io);
    const { requestId, config } = started;
    await rememberPerformanceTest(io, client, requestId);
    if (!options.flag("wait")) {
      print(input, io, resultOfRows({ json: started, head: ["Request ID"], rows: [[requestId]] }));
      return 0;
    }
    sayProgress(io, `performance test ${requestId} started: ${sayConfig(config)}`);
    const tested = await awaitPerformanceTest(client, requestId, { ...times, io }).catch(
      (error: unknown) => {
        throw withRequestId(error, requestId);
      },
    );
    await reportPerformanceTest(input, io, { ...tested, writeJunit, app: client });
    return 0;
  },
};

/** Apple's number for a test that is refused because another one runs. */
const EXISTING_TEST = 4000213;

/** Starts a test; where one runs already, the error says how to wait for it. */
async function startTest(
  client: RetentionMessagingClient,
  originalTransactionId: string,
  io: Io,
): Promise<PerformanceTestResponse> {
  try {
    return await client.initiatePerformanceTest({ originalTransactionId }, { signal: io.signal });
  } catch (error) {
    if (!(error instanceof AppleApiError) || error.errorCode !== EXISTING_TEST) throw error;
    const last = await lastPerformanceTest(io, client);
    const which =
      last === undefined
        ? "it was not started from here; where it was, its request id was told"
        : `the last one started from here, at ${last.at}: ${waitLine(last.requestId)}`;
    throw error.withFacts({ advice: [error.advice ?? "", which].join(" ").trim() });
  }
}

function waitLine(requestId: string): string {
  return `holdfast storekit retention-messaging performance wait --request-id ${requestId} --environment sandbox`;
}

/** The test has begun: whatever ends the waiting must say which it is. */
function withRequestId(error: unknown, requestId: string): unknown {
  if (!(error instanceof AppleApiError)) return error;
  const advice = [error.advice, `The test goes on: ${waitLine(requestId)}`];
  return error.withFacts({ advice: advice.filter((part) => part !== undefined).join(" ") });
}

/** @throws UsageError `OPTION_INVALID` */
function refuseWaitingWithoutWait(options: Options): void {
  const isGiven = ["interval", "timeout", "junit"].some((name) => options.text(name) !== undefined);
  if (options.flag("wait") || !isGiven) return;
  throw new UsageError("OPTION_INVALID", "--interval, --timeout and --junit require --wait");
}
