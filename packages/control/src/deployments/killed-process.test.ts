import { expect, test } from "vitest";
import { openTestDatabaseAt, temporaryDirectory } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { readDeployment } from "./deployments.ts";
import { runDeployingChild } from "./testing/killed-deploying.ts";
import { flowOf, openTestDeployments } from "./testing/test-deployments.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;

const AFTER_THE_END = Number.MAX_SAFE_INTEGER;

/** How many points of a recorded run a process is killed at, evenly. */
const KILLS = process.env["HOLDFAST_EVERY_POINT"] === "1" ? 60 : 3;

/** A deployment that was asked for, with nobody at work on it. */
async function begun() {
  const place = { engine: "sqlite", directory: await temporaryDirectory() } as const;
  const here = () => Promise.resolve(place);
  const engine: TestEngine = { name: "sqlite", place: here, migratedPlace: here };
  const control = await openTestDeployments(engine);
  const { emulator, database } = control;
  const { id } = await control.deploy(flowOf());
  await database.close();
  const { sandboxBaseUrl, productionBaseUrl } = emulator.credentials("yoga");
  const hosts = { sandbox: sandboxBaseUrl, production: productionBaseUrl };
  return { emulator, place, task: { directory: place.directory, hosts, deployment: id } };
}

async function recordedPoints(): Promise<number> {
  const { task } = await begun();
  const { signal, points, stderr } = await runDeployingChild({ ...task, killAt: AFTER_THE_END });
  expect({ signal, stderr }).toEqual({ signal: null, stderr: "" });
  return points;
}

test("a deployment whose process is killed goes on in another, and uploads nothing twice", async () => {
  const points = await recordedPoints();
  expect(points).toBeGreaterThan(30);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const killAt = Math.floor(((kill + 0.5) * points) / KILLS);
    const { emulator, place, task } = await begun();
    const killed = await runDeployingChild({ ...task, killAt });
    expect(killed, `killed at ${killAt}`).toMatchObject({ signal: "SIGKILL", stderr: "" });
    const again = await runDeployingChild({ ...task, killAt: AFTER_THE_END });
    expect(again, `killed at ${killAt}`).toMatchObject({ signal: null, stderr: "" });
    const { queries } = await openTestDatabaseAt(place);
    const deployment = await readDeployment(queries, { ...PLACE, id: task.deployment });
    expect(deployment).toMatchObject({ state: "live", sequence: 1, problems: [] });
    const uploads = emulator.requestLog
      .list()
      .filter(({ operation, status }) => operation.startsWith("upload") && status === 200);
    expect(uploads).toHaveLength(4);
    expect(emulator.defaults(PLACE)).toHaveLength(2);
  }
});
