import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../../command.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { JUNIT_OPTION, openJunitFile } from "../../junit-file.ts";
import { print } from "../../output.ts";
import {
  awaitTest,
  readTestTimes,
  TEST_TIMEOUT_OPTION,
  waitLine,
} from "../../performance-tests/await-test.ts";
import { beginTest } from "../../performance-tests/begin-test.ts";
import { reportTest } from "../../performance-tests/report-test.ts";
import {
  readTestedTransaction,
  TRANSACTION_OPTION,
} from "../../performance-tests/tested-transaction.ts";
import { sayConfig } from "../../storekit/performance-test.ts";
import { sayProgress } from "../../storekit/progress.ts";

/** `holdfast performance-tests start` */
export const start: Command = {
  summary: "Begin a performance test of the sandbox URL, with the control plane's key",
  description:
    "Apple sends many real-time requests about one subscription and judges the answers. A passed test is the condition for a URL in production. Refused where a rule of what is live in the sandbox can answer by deferring to Apple, which fails the test. The control plane follows the test by itself; --wait waits for it here, and ends with 0 for PASS, 4 for FAIL, and 5 when it still goes on after the timeout.",
  options: [
    TRANSACTION_OPTION,
    { flags: "--wait", description: "wait for the result" },
    TEST_TIMEOUT_OPTION,
    JUNIT_OPTION,
    ...APP_AT_CONTROL_OPTIONS,
  ],
  afterInterruption:
    "a test may have begun: look with holdfast performance-tests list before another is started",
  examples: [
    {
      line: "holdfast performance-tests start --app yoga --original-transaction-id 2000000000000000 --wait",
      does: "begin a test and wait for its result",
    },
    {
      line: "holdfast performance-tests start --app yoga --original-transaction-id - --wait --junit performance.xml < transaction.txt",
      does: "in CI, with the id from a file, and a report",
    },
  ],
  async run(input, io) {
    const { options } = input;
    refuseWaitingWithoutWait(options);
    const times = readTestTimes(options);
    const originalTransactionId = await readTestedTransaction(options, io);
    const writeJunit = await openJunitFile(io, options);
    const place = await openAppAtControl(input, io);
    const begun = await beginTest(place, { originalTransactionId });
    const { requestId, config } = begun;
    const said = `performance test ${requestId} started: ${sayConfig(config)}`;
    if (!options.flag("wait")) {
      const table = () => [said, `wait for its result: ${waitLine(place, requestId)}`];
      print(input, io, { json: begun, table });
      return 0;
    }
    sayProgress(io, said);
    const test = await awaitTest(place, { requestId, ...times }, io);
    await reportTest(input, io, { test, writeJunit });
    return 0;
  },
};

/** @throws UsageError `OPTION_INVALID` */
function refuseWaitingWithoutWait(options: Options): void {
  const isGiven = ["timeout", "junit"].some((name) => options.text(name) !== undefined);
  if (options.flag("wait") || !isGiven) return;
  throw new UsageError("OPTION_INVALID", "--timeout and --junit require --wait");
}
