/**
 * Many replicas under load: kills, stops and starts runtimes and control planes on one PostgreSQL behind nginx, and
 * holds what was answered against what the database has.
 *
 *   npm run test:cluster                                 three runtimes and two control planes, some minutes
 *   npm run test:cluster -- --quick                      without waiting for a lease to run out
 *   npm run test:cluster -- --upgrade-from v0.1.0        a rolling upgrade from a git revision, and a step back;
 *                                                        `last` is the release before
 *   npm run test:cluster -- --json                       one JSON document
 *
 * Needs nginx, and PostgreSQL at HOLDFAST_TEST_DATABASE_URL or on this machine. Exits with 1 when a promise is broken.
 */
import { parseArgs } from "node:util";
import { renderReport } from "./cluster-report.ts";
import type { ClusterTrial } from "./cluster-trial.ts";
import { findNginx } from "./find-nginx.ts";
import { installOlderRelease } from "./older-release.ts";
import { runTrial } from "./run-trial.ts";
import { tryReplicas } from "./try-replicas.ts";
import { tryUpgrade } from "./try-upgrade.ts";

const { values } = parseArgs({
  options: {
    runtimes: { type: "string", default: "3" },
    /** Requests a second. */
    rate: { type: "string", default: "60" },
    /** Times as long as promised everything may take, for a machine that does other work besides. */
    patience: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    "upgrade-from": { type: "string" },
    /** Another copy of the program in this one's place. */
    program: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const { quick, program, "upgrade-from": upgradeFrom } = values;
const between = quick ? 60 : 300;
const startedAt = Date.now();
const tell = (step: string): void => {
  process.stderr.write(`${Math.round((Date.now() - startedAt) / 1000)} s  ${step}\n`);
};
const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort(new Error("stopped by Ctrl-C")));
const nginx = findNginx();
if (nginx === undefined) throw new Error("expected nginx on this machine; install Debian's");

const common = {
  nginx,
  runtimes: Number(values.runtimes),
  perSecond: Number(values.rate),
  patience: Number(values.patience),
  onStep: tell,
  signal: interrupted.signal,
};
const report = await (upgradeFrom === undefined
  ? runTrial({
      ...common,
      program,
      act: (trial) => tryReplicas(trial, { between, leases: !quick }),
    })
  : upgrade(upgradeFrom));
const lines = values.json ? [JSON.stringify(report)] : renderReport(report);
process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = report.kept ? 0 : 1;

async function upgrade(from: string) {
  tell("install the older release");
  const older = await installOlderRelease(from === "last" ? undefined : from);
  tell(`the older release is ${older.revision}`);
  const act = (trial: ClusterTrial): Promise<void> =>
    tryUpgrade(trial, { older: older.program, newer: program, between });
  try {
    return await runTrial({ ...common, program: older.program, act });
  } finally {
    await older.remove();
  }
}
