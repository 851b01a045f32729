/**
 * How long answers take beside the control plane's work, in the process of one `holdfast serve`: alone, and while it
 * saves, compiles and publishes flows of 10,000 rules, backs itself up and runs retention.
 *
 *   npm run bench:beside                 twenty seconds each
 *   npm run bench:beside -- --quick      three, to see that it works
 *   npm run bench:beside -- --json       one JSON line
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { measureBesideControl } from "./beside-control.ts";
import type { LoadResult } from "./load.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const options = values.quick
  ? { seconds: 3, perSecond: 50, rules: 1000, oldRows: 5000 }
  : { seconds: 20, perSecond: 100, rules: 10_000, oldRows: 100_000 };
const result = await measureBesideControl(options);
if (values.json) process.stdout.write(`${JSON.stringify({ ...options, ...result })}\n`);
else {
  const { alone, beside, work } = result;
  const { rules, perSecond } = options;
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores; ${perSecond} requests a second`,
  );
  tell(`alone:   ${render(alone)}`);
  tell(`beside:  ${render(beside)}`);
  tell(
    `         ${work.publications} flows of ${rules} rules saved and published, ${work.backups} backups, ${work.deleted} old rows deleted`,
  );
  tell(`p99 beside / alone: ${(beside.latency.p99 / alone.latency.p99).toFixed(1)}`);
}

function render({ answered, failed, latency: { p50, p99, max } }: LoadResult): string {
  return `p50 ${p50} ms, p99 ${p99} ms, at worst ${max} ms; ${answered} answered, ${failed} not with 200`;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
