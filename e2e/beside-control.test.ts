import { expect, test } from "vitest";
import { measureBesideControl } from "../bench/beside-control.ts";

test("answers are unharmed while control publishes 10,000 rules, backs up and runs retention", async () => {
  const options = { seconds: 4, perSecond: 50, rules: 10_000, oldRows: 20_000 };
  const { alone, beside, work } = await measureBesideControl(options);
  // How fast is no test's to judge on a shared machine: npm run bench:beside.
  // eslint-disable-next-line no-console -- the figures are what somebody looks for in CI's log
  console.log(`p99 alone ${alone.latency.p99} ms, beside ${beside.latency.p99} ms`, work);
  expect(work.publications).toBeGreaterThan(0);
  expect(work.backups).toBeGreaterThan(0);
  expect(work.deleted).toBeGreaterThan(0);
  expect([alone.failed, beside.failed]).toEqual([0, 0]);
}, 120_000);
