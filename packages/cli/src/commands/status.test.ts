import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { run, runJson } from "../testing/run.ts";

const STATUS = {
  release: "1.2.3",
  startedAt: Date.UTC(2026, 10, 21, 8),
  store: "sqlite",
  jobs: [
    { name: "catalog.schedule", state: "succeeded", lastRunAt: Date.UTC(2026, 10, 21, 8, 30) },
  ],
  warnings: ["yoga production trusts a root that is not Apple's"],
};

async function worldAnswering(body: unknown) {
  return createFakeIo({
    env: { HOLDFAST_SERVER: "https://holdfast.example.com", HOLDFAST_TOKEN: "token" },
    fetch: async () => Response.json(body),
  });
}

test("holdfast status tells the release, the store, the jobs and the warnings", async () => {
  await using io = await worldAnswering(STATUS);
  expect(await run(io, "status")).toBe(0);
  expect(io.out()).toContain("1.2.3");
  expect(io.out()).toMatch(/catalog\.schedule +succeeded +2026-11-21 08:30:00Z/);
  expect(io.out()).toContain("warning: yoga production");
});

test("holdfast status ends with 1 when a job failed", async () => {
  const failed = { name: "catalog.sync", state: "failed", problem: "APPLE_UNREACHABLE" };
  await using io = await worldAnswering({ ...STATUS, jobs: [failed] });
  const { code, json } = await runJson(io, "status");
  expect(code).toBe(1);
  expect(json).toMatchObject({ server: "https://holdfast.example.com", jobs: [failed] });
});
