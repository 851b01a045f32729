import { expect, test } from "vitest";
import { postgresEngines } from "../../packages/control/src/storage/testing/engines.ts";
import { findNginx } from "./find-nginx.ts";
import { runTrial } from "./run-trial.ts";
import { tryReplicas } from "./try-replicas.ts";

/** A tests' machine does other work besides: how soon something happens is measured by the command. */
const PATIENCE = 10;

test.for(await postgresEngines())(
  "runtimes and control planes on one PostgreSQL lose nothing, whichever of them is killed or stopped",
  { timeout: 300_000 },
  async (_, { skip }) => {
    const nginx = findNginx();
    if (nginx === undefined && process.env["CI"] === undefined) skip("nginx is not installed");
    const report = await runTrial({
      nginx: nginx ?? "nginx",
      runtimes: 2,
      perSecond: 40,
      patience: PATIENCE,
      act: (trial) => tryReplicas(trial, { between: 30, leases: false }),
    });
    expect(report.promises.filter(({ kept }) => !kept)).toEqual([]);
    expect(report.answered).toBeGreaterThan(200);
  },
);
