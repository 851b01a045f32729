import type { Command } from "../../command.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { JUNIT_OPTION, openJunitFile } from "../../junit-file.ts";
import { readTest } from "../../performance-tests/performance-test.ts";
import { reportTest } from "../../performance-tests/report-test.ts";
import { TEST_ARGUMENT, testOf } from "../../performance-tests/test-argument.ts";

/** `holdfast performance-tests view` */
export const view: Command = {
  summary: "Show how a performance test stands",
  description:
    "What the control plane knows; it asks Apple by itself while the test goes on. Ends with 4 when it failed; one that goes on ends with 0.",
  arguments: [TEST_ARGUMENT],
  options: [JUNIT_OPTION, ...APP_AT_CONTROL_OPTIONS],
  examples: [
    {
      line: "holdfast performance-tests view 7d1c9ad2-6a3b-4a55-9d39-1f4f6d7f2f10 --app yoga",
      does: "with times and how requests ended",
    },
  ],
  async run(input, io) {
    const requestId = testOf(input, io);
    const writeJunit = await openJunitFile(io, input.options);
    const test = await readTest(await openAppAtControl(input, io), requestId, io);
    await reportTest(input, io, { test, writeJunit });
    return 0;
  },
};
