import type { Command } from "../../../../command.ts";
import { JUNIT_OPTION, openJunitFile } from "../../../../junit-file.ts";
import {
  reportPerformanceTest,
  REQUEST_ID_OPTION,
  requireRequestId,
  requireSandbox,
} from "../../../../storekit/await-performance-test.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import { STOREKIT_OPTIONS, STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging performance view` */
export const view: Command = {
  summary: "Show how a performance test stands",
  description: "Ends with 4 when it failed; one that goes on ends with 0.",
  options: [REQUEST_ID_OPTION, JUNIT_OPTION, ...STOREKIT_OPTIONS],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging performance view --request-id 7d1c9ad2-6a3b-4a55-9d39-1f4f6d7f2f10 --environment sandbox",
      does: "with times and how requests ended",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const requestId = requireRequestId(options, io);
    requireSandbox(options);
    const writeJunit = await openJunitFile(io, options);
    const client = await openRetentionMessaging(options, io);
    const answer = await client.getPerformanceTestResults(requestId, { signal: io.signal });
    await reportPerformanceTest(input, io, { requestId, answer, writeJunit, app: client });
    return 0;
  },
};
