import { parseSnapshot } from "@holdfast/flow/snapshot";
import { describe, expect, test } from "vitest";
import { readLivePublication, readSnapshotText } from "../publishing/publications.ts";
import { engines } from "../storage/testing/engines.ts";
import { flowOf, openTestDeployments, textsOf } from "./testing/test-deployments.ts";
import type { Hook } from "./testing/hooked-means.ts";
import type { DeploymentBody, TestDeployments } from "./testing/test-deployments.ts";

const PRODUCTION = { app: "yoga", environment: "production" } as const;

/** Some deployments, each killed and run again. */
const TIMEOUT_MS = 240_000;

/** Of the fifty points and more a sample, another one on each engine; `HOLDFAST_EVERY_POINT=1` tries all. */
const STEP = process.env["HOLDFAST_EVERY_POINT"] === "1" ? 1 : 7;

/** After point `k` the process is gone: nothing it does has an effect any more. */
function gonePast(k: number, count: { points: number }): Hook {
  return () => {
    count.points += 1;
    if (count.points > k) throw new Error("the process is gone");
  };
}

/** Does what jobs and Apple's reviewers do, until the deployment has ended; after a kill in a new process. */
async function drive(control: TestDeployments, id: string, hook: Hook): Promise<DeploymentBody> {
  let inProcess: Hook | undefined = hook;
  for (let runs = 0; runs < 10; runs += 1) {
    try {
      await control.run(id, inProcess);
    } catch {
      inProcess = undefined;
      continue;
    }
    const deployment = await control.read(id);
    if (deployment.state !== "waitingForReview") return deployment;
    control.approveAll();
  }
  throw new Error("does not converge");
}

/** What is shown in the end. */
async function shown({ emulator, database: { queries } }: TestDeployments) {
  const live = await readLivePublication(queries, PRODUCTION);
  const { messages } = parseSnapshot(
    JSON.parse(await readSnapshotText(queries, live?.snapshot ?? "")),
  );
  return {
    sequence: live?.sequence,
    publishedBy: live?.publishedBy,
    texts: Object.fromEntries(
      Object.entries(messages).map(([name, { locales }]) => [name, locales]),
    ),
    defaults: emulator
      .defaults(PRODUCTION)
      .map(({ locale, messageIdentifier }) => [locale, messageIdentifier]),
    url: emulator.getRealtimeUrl(PRODUCTION),
  };
}

function expected(revision: number) {
  const texts = textsOf(revision);
  return {
    sequence: revision,
    publishedBy: "kim",
    texts,
    defaults: expect.arrayContaining(Object.entries(texts["stay"] ?? {})) as unknown,
    url: `https://retention.example.com/${revision}/apple/retention/yoga/production`,
  };
}

/** How often each thing was done and told of, which must be once for each deployment. */
async function counts({ emulator, database: { queries } }: TestDeployments) {
  const uploads = emulator.requestLog
    .list()
    .filter(({ operation, status }) => operation.startsWith("upload") && status === 200);
  const actions = ["createDeployment", "publishDeployment", "finishDeployment"];
  const audited = await queries
    .selectFrom("audit_log")
    .select("action")
    .where("action", "in", actions)
    .execute();
  const told = await queries
    .selectFrom("changes")
    .select("seq")
    .where("topic", "=", "deployment.finished")
    .execute();
  const count = (name: string) => audited.filter(({ action }) => action === name).length;
  return { uploads: uploads.length, audited: actions.map(count), told: told.length };
}

describe.each(await engines())("runDeployment() on $name", (engine) => {
  test(
    "converges, and does and tells everything once, wherever its process was killed",
    async () => {
      const control = await openTestDeployments(engine, "production");
      control.emulator.grantPerformanceTestPass("yoga");
      let revision = 0;
      /** Deploys once more, killed past a point, and returns how many points there were in that process. */
      const deployKilledPast = async (k: number): Promise<number> => {
        revision += 1;
        const count = { points: 0 };
        const { id } = await control.deploy(flowOf(revision));
        const deployment = await drive(control, id, gonePast(k, count));
        expect(deployment, `killed past ${k}`).toMatchObject({
          state: "live",
          sequence: revision,
          problems: [],
        });
        expect(await shown(control), `killed past ${k}`).toEqual(expected(revision));
        expect(await counts(control), `killed past ${k}`).toEqual({
          uploads: 4 * revision,
          audited: [revision, revision, revision],
          told: revision,
        });
        return count.points;
      };
      const points = await deployKilledPast(Infinity);
      expect(points).toBeGreaterThan(50);
      const first = engine.name === "sqlite" ? 0 : Math.floor(STEP / 2);
      for (let k = first; k < points; k += STEP) {
        expect(await deployKilledPast(k), `killed past ${k}`).toBeGreaterThan(k);
      }
    },
    TIMEOUT_MS,
  );
});
