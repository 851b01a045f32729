import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";
import type { PerformanceTest } from "../../performance-tests/performance-test.ts";
import { sayMs, sayPercent } from "../../storekit/performance-test.ts";

/** `holdfast performance-tests list` */
export const list: Command = {
  summary: "List performance tests that were begun from the control plane",
  description: "The newest first. Apple keeps no list: those begun elsewhere are not in it.",
  options: [...APP_AT_CONTROL_OPTIONS, LIMIT_OPTION],
  output: LIST_OUTPUT,
  examples: [{ line: "holdfast performance-tests list --app yoga", does: "the newest 20" }],
  async run(input, io) {
    const { server, client, app } = await openAppAtControl(input, io);
    const listed = client.items(routes.listPerformanceTests, { params: { app } });
    printList(input, io, {
      items: await takeLimited(listed, input.options),
      head: ["Id", "Begun", "Result", "Success rate", "p95", "URL"],
      rowOf: testRow,
      empty: `no performance test was begun yet: holdfast performance-tests start --app ${app} --original-transaction-id <id>`,
      facts: { server, app },
    });
    return 0;
  },
};

function testRow(test: PerformanceTest): readonly string[] {
  const { requestId, startedAt, result, successRate, responseTimes, target = "" } = test;
  return [
    requestId,
    sayInstant(startedAt),
    result,
    successRate === undefined ? "" : sayPercent(successRate),
    responseTimes === undefined ? "" : sayMs(responseTimes.p95),
    target,
  ];
}
