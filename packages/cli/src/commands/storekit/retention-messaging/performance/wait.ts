import type { Command } from "../../../../command.ts";
import { JUNIT_OPTION, openJunitFile } from "../../../../junit-file.ts";
import {
  awaitPerformanceTest,
  reportPerformanceTest,
  REQUEST_ID_OPTION,
  requireRequestId,
  requireSandbox,
  TEST_TIMES,
} from "../../../../storekit/await-performance-test.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";
import { readWaitTimes, waitOptions } from "../../../../storekit/wait-options.ts";

/** `holdfast storekit retention-messaging performance wait` */
export const wait: Command = {
  summary: "Wait for the end of a performance test",
  description:
    "Ends with 0 for PASS, 4 for FAIL, and 5 when it still goes on after the timeout. Survives rate limits and failures that pass.",
  options: [REQUEST_ID_OPTION, ...waitOptions(TEST_TIMES), JUNIT_OPTION, ...STOREKIT_OPTIONS],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging performance wait --request-id 7d1c9ad2-6a3b-4a55-9d39-1f4f6d7f2f10 --timeout 1h --environment sandbox",
      does: "up to an hour",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const requestId = requireRequestId(options, io);
    const times = readWaitTimes(options, TEST_TIMES);
    requireSandbox(options);
    const writeJunit = await openJunitFile(io, options);
    const client = await openRetentionMessaging(options, io);
    const tested = await awaitPerformanceTest(client, requestId, { ...times, io });
    await reportPerformanceTest(input, io, { ...tested, writeJunit, app: client });
    return 0;
  },
};
