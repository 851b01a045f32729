import type { Command } from "../../command.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { JUNIT_OPTION, openJunitFile } from "../../junit-file.ts";
import {
  awaitTest,
  readTestTimes,
  TEST_TIMEOUT_OPTION,
} from "../../performance-tests/await-test.ts";
import { reportTest } from "../../performance-tests/report-test.ts";
import { TEST_ARGUMENT, testOf } from "../../performance-tests/test-argument.ts";

/** `holdfast performance-tests wait` */
export const wait: Command = {
  summary: "Wait for the end of a performance test",
  description:
    "Ends with 0 for PASS, 4 for FAIL, and 5 when it still goes on after the timeout, or when the control plane asks Apple no more.",
  arguments: [TEST_ARGUMENT],
  options: [TEST_TIMEOUT_OPTION, JUNIT_OPTION, ...APP_AT_CONTROL_OPTIONS],
  examples: [
    {
      line: "holdfast performance-tests wait 7d1c9ad2-6a3b-4a55-9d39-1f4f6d7f2f10 --app yoga --timeout 1h",
      does: "up to an hour",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const requestId = testOf(input, io);
    const times = readTestTimes(options);
    const writeJunit = await openJunitFile(io, options);
    const place = await openAppAtControl(input, io);
    const test = await awaitTest(place, { requestId, ...times }, io);
    await reportTest(input, io, { test, writeJunit });
    return 0;
  },
};
